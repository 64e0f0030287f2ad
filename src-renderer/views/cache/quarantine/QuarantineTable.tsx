import type { QuarantineItem } from '../../../../src-main/contract/commands.ts';
import { FINDINGS, isFindingCode } from '../../../../src-main/contract/findings.ts';
import { formatAgo, formatBytes } from '../../../lib/format.ts';
import { TableHead } from '../../../ui/TableHead.tsx';

interface QuarantineTableProps {
  /** Of the column with what the items are. */
  readonly title: string;
  readonly items: readonly QuarantineItem[];
  readonly nowMs: number;
  readonly disabled: Readonly<Record<'restore' | 'purge', boolean>>;
  readonly onAsk: (what: 'restore' | 'purge', item: QuarantineItem) => void;
}

export function QuarantineTable({ title, items, nowMs, disabled, onAsk }: QuarantineTableProps) {
  return (
    <table>
      <TableHead columns={[title, 'Reason', 'Since', 'Size', { name: 'Actions', isHidden: true }]} />
      <tbody>
        {items.map((item) => (
          <tr key={item.id}>
            <th scope="row">
              {item.name ?? item.file}
              <small>{item.file}</small>
            </th>
            <td title={item.message}>{isFindingCode(item.code) ? FINDINGS[item.code].title : item.message}</td>
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
        ))}
      </tbody>
    </table>
  );
}
