import type { CacheSummary } from '../../../../src-main/contract/commands.ts';
import type { Quarantined } from '../../../../src-main/contract/methods.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { quarantineCommand } from '../commands.ts';
import { ChosenNames } from './ChosenNames.tsx';
import type { Chosen } from './chosen.ts';
import { quarantinedOf } from './chosen.ts';

interface PurgeDialogProps {
  readonly cache: CacheSummary;
  readonly chosen: Chosen;
  readonly onClose: () => void;
  readonly onPurge: (what: Quarantined) => void;
}

/** The one thing here that cannot be undone. */
export function PurgeDialog({ cache, chosen, onClose, onPurge }: PurgeDialogProps) {
  const { count, bytes } = chosen;
  return (
    <Dialog
      title="Delete for good?"
      onClose={onClose}
      isAlert
      actions={
        <button type="button" className="button" data-tone="bad" onClick={() => onPurge(quarantinedOf(chosen))}>
          Delete {formatCount(count)}
        </button>
      }
    >
      <p>
        {formatCount(count)} quarantined {count === 1 ? 'file' : 'files'} ({formatBytes(bytes)}) of {cache.label}. This cannot be undone.
      </p>
      <ChosenNames chosen={chosen} />
      <CommandLine place="quarantine: delete" command={quarantineCommand('purge', cache, quarantinedOf(chosen), '--yes')} purpose="delete for good" />
    </Dialog>
  );
}
