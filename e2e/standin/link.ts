import { Relay } from './relay.ts';

/** The line to the test that started this process. */
export const relay = new Relay((message) => {
  if (process.connected) process.send?.(message);
});
process.on('message', (message) => relay.receive(message));

/** Tells the test what was asked of the stand-in, in its order. */
export function note(name: string, ...args: readonly unknown[]): void {
  relay.tell('note', name, args);
}
