import { expect, it, vi } from 'vitest';
import { LarderError } from '../base/index.ts';
import type { EngineEvent } from '../contract/events.ts';
import type { Staging } from '../store/index.ts';
import { closeStaging } from './close-staging.ts';

function refusing(error: LarderError): Staging {
  return { owner: {} as Staging['owner'], directory: '/c/.larder/staging/1', pathFor: (name) => name, close: vi.fn<Staging['close']>().mockRejectedValue(error) };
}

it('what a failing disk keeps is told, and the job has done its work all the same', async () => {
  const events: EngineEvent[] = [];
  await closeStaging({ emit: (event) => void events.push(event) }, refusing(new LarderError('IO_FAILED', 'EIO: removing /c/.larder/staging/1 failed.')), 'job');
  expect(events).toEqual([{ type: 'noticed', jobId: 'job', message: 'EIO: removing /c/.larder/staging/1 failed. Nothing that is needed lies there; a later run removes it.' }]);
});

it('what forbids it is told as an error', async () => {
  const readOnly = new LarderError('READ_ONLY', 'The disk can only be read.');
  await expect(closeStaging({ emit: () => undefined }, refusing(readOnly), 'job')).rejects.toBe(readOnly);
});
