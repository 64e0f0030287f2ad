import type { CacheSummary, QuarantineItem } from '../../../../src-main/contract/commands.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { quarantineCommand } from '../commands.ts';

interface PurgeDialogProps {
  readonly cache: CacheSummary;
  readonly items: readonly QuarantineItem[];
  readonly onClose: () => void;
  readonly onPurge: (ids: readonly string[]) => void;
}

/** The one thing here that cannot be undone. */
export function PurgeDialog({ cache, items, onClose, onPurge }: PurgeDialogProps) {
  const ids = items.map(({ id }) => id);
  const bytes = items.reduce((sum, item) => sum + item.sizeBytes, 0);
  return (
    <Dialog
      title="Delete for good?"
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone="bad" onClick={() => onPurge(ids)}>
          Delete {formatCount(items.length)}
        </button>
      }
    >
      <p>
        {formatCount(items.length)} quarantined {items.length === 1 ? 'file' : 'files'} ({formatBytes(bytes)}) of {cache.label}. This cannot be undone.
      </p>
      <CommandLine place="quarantine: delete" command={quarantineCommand('purge', cache, ids, '--yes')} purpose="delete for good" />
    </Dialog>
  );
}
