import type { CacheSummary } from '../../../../src-main/contract/commands.ts';
import type { Quarantined } from '../../../../src-main/contract/methods.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import { quarantineCommand } from '../commands.ts';
import { ChosenNames } from './ChosenNames.tsx';
import type { Chosen } from './chosen.ts';
import { quarantinedOf } from './chosen.ts';

interface RestoreDialogProps {
  readonly cache: CacheSummary;
  readonly chosen: Chosen;
  readonly onClose: () => void;
  readonly onRestore: (what: Quarantined) => void;
}

/** Which files come back under their names, byte for byte. */
export function RestoreDialog({ cache, chosen, onClose, onRestore }: RestoreDialogProps) {
  const { count, bytes } = chosen;
  return (
    <Dialog
      title={count === 1 ? 'Put it back?' : `Put ${formatCount(count)} back?`}
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone="main" onClick={() => onRestore(quarantinedOf(chosen))}>
          Put {formatCount(count)} back
        </button>
      }
    >
      <p>
        {formatCount(count)} {count === 1 ? 'file' : 'files'} ({formatBytes(bytes)}) of {cache.label} {count === 1 ? 'goes' : 'go'} back under the old {count === 1 ? 'name' : 'names'}, byte for byte. A file that has the name meanwhile is set aside for it. What was damaged still is.
      </p>
      <ChosenNames chosen={chosen} />
      <CommandLine place="quarantine: put back" command={quarantineCommand('restore', cache, quarantinedOf(chosen), '--replace')} purpose="put back" />
    </Dialog>
  );
}
