import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { shellWord } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { navigate } from '../navigation/use-route.ts';
import { showFailure, showToast, undoCommand } from './toasts.ts';

/** By its folder: the config may make another one by now. */
export function forgetWords({ directory }: Pick<CacheSummary, 'directory'>): string {
  return `larder forget --cache ${shellWord(directory)}`;
}

/** Takes a cache out of the library, goes there, and offers to undo it. */
export function forget(cache: CacheSummary): void {
  call('cache.forget', { cacheId: cache.id }).then(() => {
    navigate({ screen: 'library' });
    showToast({ tone: 'done', text: `${cache.label} is out of the library; nothing on disk was touched.`, undo: () => recall(cache), command: undoCommand('put it back into the library', `${forgetWords(cache)} --undo`) });
  }, showFailure);
}

async function recall(cache: CacheSummary): Promise<void> {
  await call('cache.recall', { directory: cache.directory });
  showToast({ tone: 'done', text: `${cache.label} is in the library again.` });
}
