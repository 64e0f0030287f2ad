import type { KeyboardEvent } from 'react';
import { useEffect } from 'react';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';
import type { KindPictures } from '../../../kinds/registry.ts';
import { formatBytes, formatCount } from '../../../lib/format.ts';
import { Modal } from '../../../ui/Modal.tsx';
import { STATE_MARKS } from '../state-words.ts';
import styles from './QuickLook.module.css';

interface QuickLookProps {
  readonly cacheId: number;
  readonly pictures: KindPictures;
  /** undefined while the row is being read. */
  readonly row: EntrySummary | undefined;
  /** Place in the list, from 0. */
  readonly index: number;
  readonly total: number;
  /** Those beside it, read ahead. */
  readonly neighbours: readonly EntrySummary[];
  readonly onMove: (index: number) => void;
  readonly onClose: () => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/** One item as large as the window, and the next with an arrow key; Space or Esc goes back to the list. */
export function QuickLook({ cacheId, pictures, row, index, total, neighbours, onMove, onClose }: QuickLookProps) {
  useAhead(cacheId, pictures, neighbours);
  const step = (by: number): void => {
    const to = index + by;
    if (to >= 0 && to < total) onMove(to);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by !== undefined) step(by);
    else if (event.key === ' ' && event.target === event.currentTarget) onClose();
    else return;
    event.preventDefault();
  };
  return (
    <Modal onClose={onClose} className={styles.look} label="Quick look" focus="itself" closesOutside onKeyDown={onKeyDown}>
      <div className={styles.frame}>
        <Head row={row} index={index} total={total} onClose={onClose} />
        <div className={styles.picture}>
          <LookPicture cacheId={cacheId} row={row} pictures={pictures} />
        </div>
        <footer>
          <button type="button" className="button" data-size="small" disabled={index === 0} onClick={() => step(-1)}>
            ← Previous
          </button>
          <p>
            <kbd>←</kbd> <kbd>→</kbd> next to it · <kbd>Space</kbd> back
          </p>
          <button type="button" className="button" data-size="small" disabled={index >= total - 1} onClick={() => step(1)}>
            Next →
          </button>
        </footer>
      </div>
    </Modal>
  );
}

/** The pictures beside this one are made while it is looked at. */
function useAhead(cacheId: number, pictures: KindPictures, neighbours: readonly EntrySummary[]): void {
  const withFile = neighbours.filter((row) => row.file !== null);
  const about = withFile.map((row) => row.key).join(' ');
  useEffect(() => {
    const leave = withFile.map((row) => pictures.readAhead(cacheId, row));
    return () => {
      for (const end of leave) end();
    };
    // The rows are told by their keys.
  }, [cacheId, pictures, about]);
}

function Head({ row, index, total, onClose }: Pick<QuickLookProps, 'row' | 'index' | 'total' | 'onClose'>) {
  const mark = row === undefined ? undefined : STATE_MARKS[row.state];
  return (
    <header>
      <h2>{row === undefined ? 'Reading …' : (row.name ?? row.key.slice(0, 8))}</h2>
      {row !== undefined && (
        <p>
          <span data-tone={mark?.tone}>
            <span aria-hidden="true">{mark?.shape}</span> {row.state}
          </span>
          {row.shape !== null && row.file !== null && <span>{row.shape.join(' × ')}</span>}
          {row.dtype !== null && row.file !== null && <span>{row.dtype}</span>}
          {row.sizeBytes !== null && <span>{formatBytes(row.sizeBytes)}</span>}
        </p>
      )}
      <p className={styles.place} role="status">
        {formatCount(index + 1)} of {formatCount(total)}
      </p>
      <button type="button" className="button" data-size="small" aria-label="Close the quick look" onClick={onClose}>
        ✕
      </button>
    </header>
  );
}

function LookPicture({ cacheId, row, pictures: { Look } }: Pick<QuickLookProps, 'cacheId' | 'row' | 'pictures'>) {
  if (row === undefined) return null;
  if (row.file === null) return <p role="status">There is no file: {row.state === 'quarantined' ? 'it was set aside in quarantine.' : 'it has not been made yet, or is gone.'}</p>;
  return <Look cacheId={cacheId} row={row} />;
}
