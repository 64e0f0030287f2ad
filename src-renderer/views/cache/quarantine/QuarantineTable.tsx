import { useRef } from 'react';
import type { QuarantineItem } from '../../../../src-main/contract/commands.ts';
import { FINDINGS, isFindingCode } from '../../../../src-main/contract/findings.ts';
import { formatAgo, formatBytes } from '../../../lib/format.ts';
import { useLongList } from '../../../lib/rows/use-long-list.ts';
import { TableHead } from '../../../ui/TableHead.tsx';
import styles from '../StorageTab.module.css';

interface QuarantineTableProps {
  /** Of the column with what the items are. */
  readonly title: string;
  readonly items: readonly QuarantineItem[];
  readonly nowMs: number;
  readonly disabled: Readonly<Record<'restore' | 'purge', boolean>>;
  readonly onAsk: (what: 'restore' | 'purge', item: QuarantineItem) => void;
}

/** A name and its file below it; longer ones take more. */
const ROW_HEIGHT = 49;
const COLUMNS = 5;

/** Some thousand rows at most, of which those in view exist. */
export function QuarantineTable({ title, items, nowMs, disabled, onAsk }: QuarantineTableProps) {
  const box = useRef<HTMLDivElement>(null);
  const { drawn, above, below, measure } = useLongList(box, items.length, { rowHeight: ROW_HEIGHT });
  return (
    <div ref={box} className={styles.records} role="group" tabIndex={0} aria-label="What is set aside">
      <table aria-rowcount={items.length + 1}>
        <TableHead columns={[title, 'Reason', 'Since', 'Size', { name: 'Actions', isHidden: true }]} />
        <tbody>
          <Room height={above} />
          {drawn.map((index) => {
            const item = items[index]!;
            return (
              <tr key={item.id} ref={measure} data-index={index} aria-rowindex={index + 2}>
                <th scope="row">
                  {item.name ?? item.file}
                  <small>{item.file}</small>
                </th>
                <td>
                  {isFindingCode(item.code) && <p>{FINDINGS[item.code].title}</p>}
                  <p className={isFindingCode(item.code) ? styles.quiet : undefined}>{item.message}</p>
                </td>
                <td>{formatAgo(item.quarantinedAtMs, nowMs)}</td>
                <td>{formatBytes(item.sizeBytes)}</td>
                <td>
                  <button type="button" className="button" data-size="small" disabled={disabled.restore} aria-label={`Put back ${item.name ?? item.file}`} onClick={() => onAsk('restore', item)}>
                    Put back …
                  </button>{' '}
                  <button type="button" className="button" data-size="small" disabled={disabled.purge} aria-label={`Delete ${item.name ?? item.file} for good`} onClick={() => onAsk('purge', item)}>
                    Delete …
                  </button>
                </td>
              </tr>
            );
          })}
          <Room height={below} />
        </tbody>
      </table>
    </div>
  );
}

/** Stands for rows that are out of view. */
function Room({ height }: { readonly height: number }) {
  if (height === 0) return null;
  return (
    <tr aria-hidden="true" className={styles.room}>
      <td colSpan={COLUMNS} style={{ height }} />
    </tr>
  );
}
