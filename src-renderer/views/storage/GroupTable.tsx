import { formatBytes, formatCount, percentOf } from '../../lib/format.ts';
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
      <thead>
        <tr>
          <th scope="col" className={styles.title}>
            {grouping}
          </th>
          <th scope="col">Entries</th>
          <th scope="col">Size</th>
          <th scope="col">Share</th>
          <th scope="col">
            <span className="visually-hidden">Actions</span>
          </th>
        </tr>
      </thead>
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
