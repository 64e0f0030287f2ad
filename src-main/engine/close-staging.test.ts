import { expect, it, vi } from 'vitest';
import { LarderError } from '../base/index.ts';
import type { EngineEvent } from '../contract/events.ts';
import type { Staging } from '../store/index.ts';
import { closeStaging } from './close-staging.ts';

function refusing(error: Error): Staging {
  return { owner: {} as Staging['owner'], directory: '/c/.larder/staging/1', pathFor: (name) => name, close: vi.fn<Staging['close']>().mockRejectedValue(error) };
}

it.each([
  ['IO_FAILED', 'EIO: removing /c/.larder/staging/1 failed.'],
  ['PERMISSION_DENIED', 'No permission: removing /c/.larder/staging/1.'],
] as const)('what the disk keeps is told, and the job has done its work all the same (%s)', async (code, message) => {
  const events: EngineEvent[] = [];
  await closeStaging({ emit: (event) => void events.push(event) }, refusing(new LarderError(code, message)), 'job');
  expect(events).toEqual([{ type: 'noticed', jobId: 'job', message: `${message} Nothing that is needed lies there; a later run removes it.` }]);
});

it('a fault of Larder itself stays one', async () => {
  const fault = new TypeError('Cannot read properties of undefined');
  await expect(closeStaging({ emit: () => undefined }, refusing(fault), 'job')).rejects.toBe(fault);
});
