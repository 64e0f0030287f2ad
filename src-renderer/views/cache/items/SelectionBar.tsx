import { useState } from 'react';
import type { CacheSummary, JobSummary } from '../../../../src-main/contract/commands.ts';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';
import { CHOSEN_MAX } from '../../../../src-main/contract/methods.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { FixDialog } from '../FixDialog.tsx';
import { GenerateDialog } from '../GenerateDialog.tsx';
import { VerifyDialog } from '../VerifyDialog.tsx';
import { ClearEntriesDialog } from './ClearEntriesDialog.tsx';
import styles from './SelectionBar.module.css';

interface SelectionBarProps {
  readonly cache: CacheSummary;
  readonly job: JobSummary | undefined;
  readonly rows: readonly EntrySummary[];
  /** Items in the list as it is filtered. */
  readonly total: number;
  readonly onAll: () => void;
  readonly onNone: () => void;
}

type Open = 'verify' | 'fix' | 'generate' | 'clear' | null;

/** What can be done with the chosen items; each action shows itself in a dialog before it begins. */
export function SelectionBar({ cache, job, rows, total, onAll, onNone }: SelectionBarProps) {
  const [open, setOpen] = useState<Open>(null);
  const close = (): void => setOpen(null);
  const files = rows.filter((row) => row.file !== null);
  const keys = rows.map((row) => row.key);
  const fileKeys = files.map((row) => row.key);
  const bytes = files.reduce((sum, row) => sum + (row.sizeBytes ?? 0), 0);
  const all = Math.min(total, CHOSEN_MAX);
  const hasFiles = job === undefined && files.length > 0;
  const missingKeys = rows.filter(({ state }) => state === 'missing' || state === 'quarantined').map((row) => row.key);
  const isMakable = job === undefined && cache.configPath !== null && missingKeys.length > 0;
  const isFixable = job === undefined && rows.some(({ state }) => state === 'cached' || state === 'damaged' || state === 'missing');
  return (
    <div className={styles.bar} role="region" aria-label="Chosen items">
      <p>
        <strong>{formatCount(rows.length)} chosen</strong>
        <span>
          {' '}
          · {formatCount(files.length)} with a file, {formatBytes(bytes)}
          {rows.length === CHOSEN_MAX && ` · ${formatCount(CHOSEN_MAX)} is the most at once`}
          {job !== undefined && ` · ${job.command} is running`}
        </span>
      </p>
      <Action disabled={!hasFiles} onClick={() => setOpen('verify')} text={`Verify ${formatCount(files.length)}`} />
      <Action disabled={!isFixable} onClick={() => setOpen('fix')} text="Fix …" />
      {isMakable && <Action onClick={() => setOpen('generate')} text={`Generate ${formatCount(missingKeys.length)} …`} />}
      <Action disabled={!hasFiles} onClick={() => setOpen('clear')} text={`Clear ${formatCount(files.length)} …`} />
      {rows.length < all && <Action onClick={onAll} text={all < total ? `Choose the first ${formatCount(all)}` : `Choose all ${formatCount(all)}`} />}
      <Action onClick={onNone} text="Choose none" />
      {open === 'verify' && <VerifyDialog cache={cache} only={{ keys: fileKeys, bytes }} onClose={close} />}
      {open === 'fix' && <FixDialog cache={cache} only={keys} onClose={close} />}
      {open === 'generate' && <GenerateDialog cache={cache} only={missingKeys} onClose={close} />}
      {open === 'clear' && <ClearEntriesDialog cache={cache} keys={fileKeys} onClose={close} onStarted={onNone} />}
    </div>
  );
}

function Action({ text, disabled = false, onClick }: { readonly text: string; readonly disabled?: boolean; readonly onClick: () => void }) {
  return (
    <button type="button" className="button" data-size="small" disabled={disabled} onClick={onClick}>
      {text}
    </button>
  );
}
