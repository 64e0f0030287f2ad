import { isLarderError } from '../base/index.ts';
import type { Staging } from '../store/index.ts';
import type { EngineContext } from './context.ts';

/**
 * Removes the staging folder of a job that has ended. What cannot be removed (the disk fails, or forbids it by now) is told and
 * left to a later run: one bad file must not be the end of a job that has made all the others.
 */
export async function closeStaging({ emit }: Pick<EngineContext, 'emit'>, staging: Staging, jobId: string): Promise<void> {
  try {
    await staging.close();
  } catch (error) {
    if (!isLarderError(error)) throw error;
    emit({ type: 'noticed', jobId, message: `${error.message} Nothing that is needed lies there; a later run removes it.` });
  }
}
