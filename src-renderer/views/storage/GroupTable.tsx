import { formatBytes, formatCount, percentOf } from '../../lib/format.ts';
import { TableHead } from '../../ui/TableHead.tsx';
import type { Group, Grouping } from './groups.ts';
import styles from './StorageView.module.css';

interface GroupTableProps {
  readonly grouping: Grouping;
  readonly groups: readonly Group[];
  readonly chosen: string | null;
  readonly onChoose: (id: string | null) => void;
  readonly onClear: (group: Group) => void;
}

export function GroupTable({ grouping, groups, chosen, onChoose, onClear }: GroupTableProps) {
  const bytes = groups.reduce((sum, group) => sum + group.bytes, 0);
  const entries = groups.reduce((sum, group) => sum + group.entries, 0);
  return (
    <table className={styles.table} aria-label={`Entries by ${grouping}`}>
      <TableHead columns={[{ name: grouping, className: styles.title }, 'Entries', 'Size', 'Share', { name: 'Actions', isHidden: true }]} />
      <tbody>
        {groups.map((group) => (
          <tr key={group.id} data-chosen={group.id === chosen} onMouseEnter={() => onChoose(group.id)} onMouseLeave={() => onChoose(null)}>
            <th scope="row" title={group.name}>
              {group.name}
            </th>
            <td>{formatCount(group.entries)}</td>
            <td>{formatBytes(group.bytes)}</td>
            <td>{percentOf(group.bytes, bytes)} %</td>
            <td>
              {group.choices.length > 0 && (
                <button type="button" className="button" data-size="small" aria-label={`Clear ${group.clearName} …`} onClick={() => onClear(group)}>
                  {grouping === 'age' ? `${group.clearName.replace('all o', 'O')} …` : 'Clear …'}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">All entries</th>
          <td>{formatCount(entries)}</td>
          <td>{formatBytes(bytes)}</td>
          <td />
          <td />
        </tr>
      </tfoot>
    </table>
  );
}
