import type { EngineEvent } from '../../src-main/contract/events.ts';
import type { MethodInput, MethodName, MethodOutput, UpdateMessage } from '../../src-main/contract/methods.ts';
import type { EngineClient } from '../client/index.ts';

let client: EngineClient | undefined;
const eventListeners = new Set<(events: readonly EngineEvent[]) => void>();

/** The engine this page talks to; set once, before anything is drawn. */
export function setEngine(engine: EngineClient): void {
  client = engine;
  engine.onUpdate(({ payload }: UpdateMessage) => {
    if (payload.type === 'events') for (const listener of eventListeners) listener(payload.events);
  });
}

/** @throws CallError with the engine's code, message and hint */
export function call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
  if (client === undefined) throw new Error('The page has no engine yet.');
  return client.call(method, input);
}

/** What happens in the engine, for screens that list it. @returns ends it */
export function onEngineEvents(listener: (events: readonly EngineEvent[]) => void): () => void {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}
