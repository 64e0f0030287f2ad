import type { EngineEvent } from '../../src-main/contract/events.ts';
import type { FoundGroup } from '../../src-main/contract/findings.ts';
import type { MethodInput, MethodName, MethodOutput, UpdateMessage } from '../../src-main/contract/methods.ts';
import type { PlanProgress } from '../../src-main/contract/plan.ts';
import type { EngineClient } from '../client/index.ts';

let client: EngineClient | undefined;
const eventListeners = new Set<(events: readonly EngineEvent[]) => void>();
const planListeners = new Map<string, (progress: PlanProgress) => void>();
const foundListeners = new Set<(found: FoundByJob) => void>();

/** What running jobs have found so far, by their number. */
export type FoundByJob = Readonly<Record<string, readonly FoundGroup[]>>;

/** The engine this page talks to; set once, before anything is drawn. */
export function setEngine(engine: EngineClient): void {
  client = engine;
  engine.onUpdate(({ payload }: UpdateMessage) => {
    if (payload.type === 'events') for (const listener of eventListeners) listener(payload.events);
    if (payload.type === 'planProgressed') planListeners.get(payload.planId)?.(payload.progress);
    if (payload.type === 'snapshot') for (const listener of foundListeners) listener(payload.snapshot.found);
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

/** How far a plan is that this page asks for. @returns ends it */
export function onPlanProgress(planId: string, listener: (progress: PlanProgress) => void): () => void {
  planListeners.set(planId, listener);
  return () => planListeners.delete(planId);
}

/** What was found before the events begin, each time they begin. @returns ends it */
export function onFoundBefore(listener: (found: FoundByJob) => void): () => void {
  foundListeners.add(listener);
  return () => foundListeners.delete(listener);
}
