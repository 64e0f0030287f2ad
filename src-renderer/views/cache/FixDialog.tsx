import type { CacheSummary, RepairPreview } from '../../../src-main/contract/commands.ts';
import { FINDINGS } from '../../../src-main/contract/findings.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import { commandFor } from './commands.ts';
import styles from './Dialogs.module.css';
import { useStart } from './use-start.ts';

interface FixDialogProps {
  readonly cache: CacheSummary;
  readonly repairs: RepairPreview;
  readonly onClose: () => void;
}

/** What repairing would do about what is known, and the question whether to go ahead. */
export function FixDialog({ cache, repairs, onClose }: FixDialogProps) {
  const { start, isStarting, error } = useStart(cache, onClose);
  const { files, entries, bytes } = repairs;
  return (
    <Dialog
      title={`Fix ${cache.label}`}
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone="main" disabled={isStarting} onClick={() => void start(() => call('cache.fix', { cacheId: cache.id }))}>
          {isStarting ? 'Starting …' : `Fix ${formatCount(entries)}`}
        </button>
      }
    >
      <p>
        {files > 0 && `${formatCount(files)} damaged ${files === 1 ? 'file' : 'files'} (${formatBytes(bytes)}) will be set aside in quarantine. `}
        {formatCount(entries)} {entries === 1 ? 'entry' : 'entries'} will be made again from {entries === 1 ? 'its' : 'their'} source. Nothing is deleted; it can be undone.
      </p>
      <table className={styles.repairs}>
        <thead>
          <tr>
            <th scope="col">Finding</th>
            <th scope="col">What is done</th>
            <th scope="col" className={styles.number}>
              Entries
            </th>
            <th scope="col" className={styles.number}>
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {repairs.byCode.map(({ code, entries: count, bytes: size }) => (
            <tr key={code}>
              <th scope="row">{FINDINGS[code].title}</th>
              <td>{FINDINGS[code].fix}</td>
              <td className={styles.number}>{formatCount(count)}</td>
              <td className={styles.number}>{code === 'missing' ? '–' : formatBytes(size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.quiet}>Every entry is verified once more first, so that only what is damaged then is touched.</p>
      {cache.configPath === null && <p className={styles.bad}>▲ No config is known for this cache: damaged files can be set aside, but not made again.</p>}
      {error !== undefined && <ErrorNote error={error} />}
      <CommandLine command={commandFor('fix', cache)} purpose="fix" />
    </Dialog>
  );
}
