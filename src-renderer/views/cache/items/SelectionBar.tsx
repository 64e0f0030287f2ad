import { useEffect, useRef, useState } from 'react';
import type { CacheSummary, JobSummary } from '../../../../src-main/contract/commands.ts';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';
import { CHOSEN_MAX } from '../../../../src-main/contract/methods.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import type { Chosen, Matched } from '../chosen.ts';
import { ClearEntriesDialog, ExportDialog, FixDialog, GenerateDialog, VerifyDialog } from '../dialogs.ts';
import styles from './SelectionBar.module.css';

interface SelectionBarProps {
  readonly cache: CacheSummary;
  readonly job: JobSummary | undefined;
  readonly rows: readonly EntrySummary[];
  /** Items in the list as it is filtered. */
  readonly total: number;
  /** All that the list shows, where that is what was chosen. */
  readonly matched: Matched | null;
  readonly onAll: () => void;
  /** Everything the list shows, however much that is. */
  readonly onMatching: () => void;
  readonly onNone: () => void;
  /** It is gone, and the focus that was on it or in one of its dialogs with it. */
  readonly onFocusLost: () => void;
}

type Open = 'verify' | 'fix' | 'generate' | 'clear' | 'export' | null;

/** What can be done with the chosen items; each action shows itself in a dialog before it begins. */
export function SelectionBar({ cache, job, rows, total, matched, onAll, onMatching, onNone, onFocusLost }: SelectionBarProps) {
  const [open, setOpen] = useState<Open>(null);
  useFocusLost(onFocusLost);
  const close = (): void => setOpen(null);
  const files = rows.filter((row) => row.file !== null);
  const bytes = files.reduce((sum, row) => sum + (row.sizeBytes ?? 0), 0);
  const all = Math.min(total, CHOSEN_MAX);
  const missing = rows.filter(({ state }) => state === 'missing' || state === 'quarantined');
  // Of all that match, only the engine knows what can be done with each; the dialogs say how many that is.
  const meant = (some: readonly EntrySummary[]): Chosen => matched ?? { keys: some.map(({ key }) => key) };
  const [isIdle, isMatched] = [job === undefined, matched !== null];
  const hasFiles = isIdle && (isMatched || files.length > 0);
  const isMakable = isIdle && cache.configPath !== null && (isMatched || missing.length > 0);
  const isFixable = isIdle && (isMatched || rows.some(({ state }) => state === 'cached' || state === 'damaged' || state === 'missing'));
  const number = (keys: readonly unknown[]): string => (isMatched ? '' : ` ${formatCount(keys.length)}`);
  return (
    <div className={styles.bar} role="region" aria-label="Chosen items">
      <p>
        {matched !== null ? (
          <strong>All {formatCount(matched.count)} that match</strong>
        ) : (
          <>
            <strong>{formatCount(rows.length)} chosen</strong>
            <span>
              {' '}
              · {formatCount(files.length)} with a file, {formatBytes(bytes)}
              {rows.length === CHOSEN_MAX && ` · ${formatCount(CHOSEN_MAX)} is the most that can be picked`}
            </span>
          </>
        )}
        {job !== undefined && <span> · {job.command} is running</span>}
      </p>
      <Action disabled={!hasFiles} onClick={() => setOpen('verify')} text={isMatched ? 'Verify …' : `Verify${number(files)}`} />
      <Action disabled={!isFixable} onClick={() => setOpen('fix')} text="Fix …" />
      {isMakable && <Action onClick={() => setOpen('generate')} text={`Generate${number(missing)} …`} />}
      <Action disabled={!hasFiles} onClick={() => setOpen('clear')} text={`Clear${number(files)} …`} />
      {matched !== null && <Action onClick={() => setOpen('export')} text="Export …" />}
      {!isMatched && rows.length < all && <Action onClick={onAll} text={all < total ? `Choose the first ${formatCount(all)}` : `Choose all ${formatCount(all)}`} />}
      {!isMatched && rows.length >= all && <Action onClick={onMatching} text={`All ${formatCount(total)} that match`} />}
      <Action onClick={onNone} text="Choose none" />
      {open === 'verify' && <VerifyDialog cache={cache} only={isMatched ? meant(files) : { ...meant(files), bytes }} onClose={close} />}
      {open === 'fix' && <FixDialog cache={cache} only={meant(rows)} onClose={close} />}
      {open === 'generate' && <GenerateDialog cache={cache} only={meant(missing)} onClose={close} />}
      {open === 'export' && matched !== null && <ExportDialog cache={cache} matched={matched} onClose={close} />}
      {open === 'clear' && <ClearEntriesDialog cache={cache} chosen={meant(files)} onClose={close} onStarted={onNone} />}
    </div>
  );
}

/** A dialog that closes gives the focus back in a microtask, which goes first: then it is known whether anybody has it. */
function useFocusLost(tell: () => void): void {
  const latest = useRef(tell);
  latest.current = tell;
  useEffect(() => () => void setTimeout(() => document.activeElement === document.body && latest.current()), []);
}

function Action({ text, disabled = false, onClick }: { readonly text: string; readonly disabled?: boolean; readonly onClick: () => void }) {
  return (
    <button type="button" className="button" data-size="small" disabled={disabled} onClick={onClick}>
      {text}
    </button>
  );
}
