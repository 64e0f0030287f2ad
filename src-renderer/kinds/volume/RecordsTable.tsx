import type { VolumeFileFacts } from '../../../src-main/kinds/volume/contract.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import styles from './Facts.module.css';

interface RecordsTableProps {
  readonly records: VolumeFileFacts['records'];
  /** All contents agree with their checksums. */
  readonly areChecked: boolean;
}

/** What the `.pt` file is made of. */
export function RecordsTable({ records, areChecked }: RecordsTableProps) {
  const storages = records.filter(({ name }) => name.startsWith('data/')).length;
  return (
    <details className={styles.details}>
      <summary>
        Records: {formatCount(records.length)}, of them {formatCount(storages)} {storages === 1 ? 'storage' : 'storages'}
        {areChecked && <span className={styles.good}> ✓ all checksums agree</span>}
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Record</th>
            <th scope="col">Size</th>
            <th scope="col">CRC-32</th>
          </tr>
        </thead>
        <tbody>
          {records.map(({ name, size, crc }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td>{formatBytes(size)}</td>
              <td>{crc.toString(16).padStart(8, '0')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}
