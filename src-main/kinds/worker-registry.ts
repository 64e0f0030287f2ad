import type { KindId } from '../contract/entries.ts';
import { LarderError } from '../base/index.ts';
import type { KindTasks } from './kind.ts';

/** What each kind does inside a worker, loaded when the first task of that kind arrives. */
export async function loadKindTasks(kind: KindId): Promise<KindTasks> {
  switch (kind) {
    case 'volume':
      return (await import('./volume/tasks.ts')).volumeTasks;
    case 'image':
      return (await import('./image/tasks.ts')).imageTasks;
    default:
      throw new LarderError('INTERNAL', `No kind ${kind} is known to this worker.`);
  }
}
