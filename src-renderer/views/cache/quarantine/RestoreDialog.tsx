import type { CacheSummary, QuarantineItem } from '../../../../src-main/contract/commands.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import styles from '../Dialogs.module.css';
import { quarantineCommand } from '../commands.ts';

const NAMES_SHOWN = 20;

interface RestoreDialogProps {
  readonly cache: CacheSummary;
  readonly items: readonly QuarantineItem[];
  readonly onClose: () => void;
  readonly onRestore: (ids: readonly string[]) => void;
}

/** Which files come back under their names, byte for byte. */
export function RestoreDialog({ cache, items, onClose, onRestore }: RestoreDialogProps) {
  const ids = items.map(({ id }) => id);
  const bytes = items.reduce((sum, item) => sum + item.sizeBytes, 0);
  return (
    <Dialog
      title={items.length === 1 ? 'Put it back?' : `Put ${formatCount(items.length)} back?`}
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone="main" onClick={() => onRestore(ids)}>
          Put {formatCount(items.length)} back
        </button>
      }
    >
      <p>
        {formatCount(items.length)} {items.length === 1 ? 'file' : 'files'} ({formatBytes(bytes)}) of {cache.label} {items.length === 1 ? 'goes' : 'go'} back under the old {items.length === 1 ? 'name' : 'names'}, byte for byte. A file that has the name meanwhile is set aside for it. What was damaged still is.
      </p>
      <ul className={styles.list} tabIndex={0} aria-label="Names">
        {items.slice(0, NAMES_SHOWN).map((item) => (
          <li key={item.id}>{item.name ?? item.file}</li>
        ))}
        {items.length > NAMES_SHOWN && <li>and {formatCount(items.length - NAMES_SHOWN)} more</li>}
      </ul>
      <CommandLine place="quarantine: put back" command={quarantineCommand('restore', cache, ids, '--replace')} purpose="put back" />
    </Dialog>
  );
}
