import type { EngineEvent } from '../contract/events.ts';
import { isLarderError } from '../base/index.ts';

/** A mark that the disk keeps stands for nobody once this process has ended: no reason to stop, nor to call an entry failed. It is told. */
export async function releaseClaim(release: () => Promise<void>, { emit, jobId }: { readonly emit: (event: EngineEvent) => void; readonly jobId: string }): Promise<void> {
  try {
    await release();
  } catch (error) {
    if (!isLarderError(error)) throw error;
    emit({ type: 'noticed', jobId, message: `${error.message} The next run removes it.` });
  }
}
