import { describe, expect, it } from 'vitest';
import { PauseGate } from './pause-gate.ts';

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the gate of a job', () => {
  it('lets pass while open, holds while paused, and lets all go on', async () => {
    const gate = new PauseGate();
    const { signal } = new AbortController();
    await gate.pass(signal);
    gate.pause();
    const passed: number[] = [];
    const both = [1, 2].map((lane) => gate.pass(signal).then(() => passed.push(lane)));
    await settle();
    expect(passed).toEqual([]);
    gate.open();
    await Promise.all(both);
    expect(passed).toEqual([1, 2]);
  });

  it('gives way to a cancellation', async () => {
    const gate = new PauseGate();
    const abort = new AbortController();
    gate.pause();
    const held = gate.pass(abort.signal);
    abort.abort();
    await expect(held).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
