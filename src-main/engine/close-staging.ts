import { isLarderError } from '../base/index.ts';
import type { Staging } from '../store/index.ts';
import type { EngineContext } from './context.ts';

/**
 * Removes the staging folder of a job that has ended. What a failing disk keeps there is told and left to a later run: one bad
 * file must not be the end of a job that has made all the others.
 *
 * @throws what is no fault of the disk: PERMISSION_DENIED, READ_ONLY
 */
export async function closeStaging({ emit }: Pick<EngineContext, 'emit'>, staging: Staging, jobId: string): Promise<void> {
  try {
    await staging.close();
  } catch (error) {
    if (!isLarderError(error, 'IO_FAILED')) throw error;
    emit({ type: 'noticed', jobId, message: `${error.message} Nothing that is needed lies there; a later run removes it.` });
  }
}
