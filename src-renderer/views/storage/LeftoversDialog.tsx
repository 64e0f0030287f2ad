import { useState } from 'react';
import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import type { DiskShare } from '../../../src-main/contract/storage.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { commandFor } from '../cache/commands.ts';
import { showFailure, showToast, tellChange } from '../cache/toasts.ts';

interface LeftoversDialogProps {
  readonly cache: CacheSummary;
  /** Staging and downloads. */
  readonly shares: readonly DiskShare[];
  readonly onClose: () => void;
}

/** What runs that were cut off would go on with. */
export function LeftoversDialog({ cache, shares, onClose }: LeftoversDialogProps) {
  const [isClearing, setIsClearing] = useState(false);
  const files = shares.reduce((sum, share) => sum + share.files, 0);
  const clear = async (): Promise<void> => {
    setIsClearing(true);
    try {
      const removed = await call('storage.clearLeftovers', { cacheId: cache.id });
      showToast({ tone: 'done', text: `${cache.label}: ${formatCount(removed.files)} ${removed.files === 1 ? 'leftover' : 'leftovers'} removed, ${formatBytes(removed.bytes)}.` });
      tellChange();
    } catch (error) {
      showFailure(error);
    }
    onClose();
  };
  return (
    <Dialog
      title={`Clear leftovers of ${cache.label}`}
      onClose={onClose}
      isAlert
      actions={
        <button type="button" className="button" data-tone="bad" disabled={isClearing || files === 0} onClick={() => void clear()}>
          {isClearing ? 'Clearing …' : 'Delete for good'}
        </button>
      }
    >
      <p>
        {formatCount(files)} {files === 1 ? 'file' : 'files'} ({formatBytes(shares.reduce((sum, share) => sum + share.sizeBytes, 0))}) that runs which were cut off have left: downloads, and what was being made from them. No entry is touched.
      </p>
      <p>They are deleted for good, and what was downloaded of them is downloaded anew by the next run. While a job works on the cache this is refused.</p>
      <CommandLine place="storage: leftovers" command={commandFor('clear', { configPath: null, directory: cache.directory }, { flags: ' --leftovers' })} purpose="clear the leftovers" />
    </Dialog>
  );
}
