import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import { call, desktop } from '../../state/index.ts';
import { toClipboard } from '../../ui/use-copy.ts';
import { showFailure, showToast } from './toasts.ts';

interface RevealButtonProps {
  readonly cache: Pick<CacheSummary, 'id' | 'directory'>;
  /** One entry of it. */
  readonly entryKey?: string;
}

/** Shows a cache or an entry in the file manager. A browser may be on another machine: there its path can be copied. */
export function RevealButton({ cache, entryKey }: RevealButtonProps) {
  const bridge = desktop();
  const missing = entryKey === undefined ? 'The folder of this cache is not there.' : 'The file of this entry is not there.';
  const reveal = async (): Promise<void> => {
    if ((await bridge?.reveal({ cacheId: cache.id, ...(entryKey === undefined ? {} : { key: entryKey }) })) === false) showToast({ tone: 'bad', text: missing });
  };
  const copy = async (): Promise<void> => {
    const path = entryKey === undefined ? cache.directory : await pathOf(cache, entryKey);
    if (path === undefined) showToast({ tone: 'bad', text: missing });
    else await copyText(path);
  };
  return (
    // In a grid the span takes the width, and not the button.
    <span>
      <button type="button" className="button" data-size="small" onClick={() => void (bridge === undefined ? copy() : reveal()).catch(showFailure)}>
        {bridge === undefined ? 'Copy path' : 'Show in folder'}
      </button>
    </span>
  );
}

async function pathOf({ id, directory }: RevealButtonProps['cache'], key: string): Promise<string | undefined> {
  const { file } = await call('cache.entry', { cacheId: id, key });
  // As the machine writes paths that Larder runs on.
  return file === null ? undefined : [directory, ...file.split('/')].join(directory.includes('\\') ? '\\' : '/');
}

/** Where the clipboard is closed to the page, the path is shown to be copied by hand. */
async function copyText(path: string): Promise<void> {
  showToast({ tone: 'done', text: (await toClipboard(path)) ? `Copied: ${path}` : path });
}
