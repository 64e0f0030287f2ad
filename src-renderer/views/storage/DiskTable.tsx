import { useState } from 'react';
import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import type { DiskPart, DiskShare, DiskUsage } from '../../../src-main/contract/storage.ts';
import { formatBytes } from '../../lib/format.ts';
import { cacheHash } from '../navigation/route.ts';
import { LeftoversDialog } from './LeftoversDialog.tsx';
import { PreviewsDialog } from './PreviewsDialog.tsx';
import styles from './StorageView.module.css';
import type { DiskState } from './use-disk.ts';

interface Column {
  readonly title: string;
  readonly parts: readonly DiskPart[];
}

const COLUMNS: readonly Column[] = [
  { title: 'Entries', parts: ['entries'] },
  { title: 'Quarantine', parts: ['quarantine'] },
  { title: 'In work', parts: ['staging', 'downloads', 'private'] },
  { title: 'Catalog', parts: ['catalog'] },
  { title: 'Previews', parts: ['previews'] },
  { title: 'Other files', parts: ['logs', 'configs', 'sample', 'other'] },
  { title: 'Folders', parts: ['folders'] },
];

function allocated(disk: DiskUsage, parts: readonly DiskPart[]): number {
  return disk.parts.filter(({ part }) => parts.includes(part)).reduce((sum, share) => sum + share.allocatedBytes, 0);
}

/** What the folders really take, by what it is for; each row is what `du` says of that folder. */
export function DiskTable({ library, disk }: { readonly library: readonly CacheSummary[]; readonly disk: DiskState }) {
  const [clearing, setClearing] = useState<CacheSummary | null>(null);
  const measured = library.flatMap((cache) => {
    const found = disk.caches.get(cache.id)?.disk;
    return found === undefined ? [] : [{ cache, disk: found }];
  });
  const usages = [...measured.flatMap((row) => (row.disk instanceof Error ? [] : [row.disk])), ...(disk.own === null ? [] : [disk.own])];
  return (
    <section className={styles.disk} aria-labelledby="disk-title">
      <h2 id="disk-title">On disk</h2>
      <p className={styles.quiet}>
        Blocks the file system has given away, as <code>du</code> counts them, folders themselves included. {differenceWords(usages)}
      </p>
      <div className={styles.scroll} tabIndex={0} role="region" aria-label="On disk, by folder">
        <table className={styles.table} aria-label="On disk">
          <thead>
            <tr>
              <th scope="col">Folder</th>
              {COLUMNS.map(({ title }) => (
                <th key={title} scope="col">
                  {title}
                </th>
              ))}
              <th scope="col">Sum</th>
              <th scope="col">Free</th>
            </tr>
          </thead>
          <tbody>
            {measured.map((row) => (
              <tr key={row.cache.id}>
                <FolderName name={row.cache.label} directory={row.cache.directory} />
                {row.disk instanceof Error ? <Unreadable reason={row.disk.message} /> : <Numbers disk={row.disk} cache={row.cache} onClear={() => setClearing(row.cache)} />}
              </tr>
            ))}
            {disk.own !== null && (
              <tr>
                <FolderName name="Larder itself" directory={disk.own.directory} />
                <Numbers disk={disk.own} />
              </tr>
            )}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">All</th>
              {COLUMNS.map(({ title, parts }) => (
                <td key={title}>{formatBytes(usages.reduce((sum, usage) => sum + allocated(usage, parts), 0))}</td>
              ))}
              <td>{formatBytes(usages.reduce((sum, usage) => sum + usage.allocatedBytes, 0))}</td>
              <td />
            </tr>
          </tfoot>
        </table>
      </div>
      {disk.own !== null && <ClearPreviews disk={disk.own} />}
      {clearing !== null && <LeftoversDialog cache={clearing} shares={leftovers(measured.find(({ cache }) => cache.id === clearing.id)?.disk)} onClose={() => setClearing(null)} />}
    </section>
  );
}

/** `Entries take 418 kB for 413 kB of content: files are rounded up to whole blocks.` */
function differenceWords(usages: readonly DiskUsage[]): string {
  const entries = usages.flatMap((usage) => usage.parts.filter(({ part }) => part === 'entries'));
  const sizeBytes = entries.reduce((sum, share) => sum + share.sizeBytes, 0);
  const given = entries.reduce((sum, share) => sum + share.allocatedBytes, 0);
  if (given === sizeBytes) return '';
  return `Entries take ${formatBytes(given)} for ${formatBytes(sizeBytes)} of content: ${given > sizeBytes ? 'files are rounded up to whole blocks' : 'the file system stores them smaller than they are'}.`;
}

function FolderName({ name, directory }: { readonly name: string; readonly directory: string }) {
  return (
    <th scope="row" title={directory}>
      {name}
      <small>{directory}</small>
    </th>
  );
}

function Unreadable({ reason }: { readonly reason: string }) {
  return (
    <td colSpan={COLUMNS.length + 2} className={styles.bad}>
      ▲ {reason}
    </td>
  );
}

/** What runs that were cut off would go on with. */
function leftovers(disk: DiskUsage | Error | undefined): readonly DiskShare[] {
  return disk === undefined || disk instanceof Error ? [] : disk.parts.filter(({ part, files }) => (part === 'staging' || part === 'downloads') && files > 0);
}

interface NumbersProps {
  readonly disk: DiskUsage;
  readonly cache?: CacheSummary;
  readonly onClear?: () => void;
}

function Numbers({ disk, cache, onClear }: NumbersProps) {
  if (!disk.isThere) return <Unreadable reason="This folder is not there now." />;
  return (
    <>
      {COLUMNS.map(({ title, parts }) => {
        const bytes = allocated(disk, parts);
        if (bytes === 0) return <td key={title}>–</td>;
        if (cache !== undefined && title === 'Quarantine')
          return (
            <td key={title}>
              <a href={cacheHash(cache.id, 'storage')}>{formatBytes(bytes)}</a>
            </td>
          );
        if (cache !== undefined && title === 'In work' && leftovers(disk).length > 0)
          return (
            <td key={title}>
              <button type="button" className={styles.amount} aria-label={`${formatBytes(bytes)} in work: clear leftovers of ${cache.label} …`} title="Clear leftovers …" onClick={onClear}>
                {formatBytes(bytes)}
              </button>
            </td>
          );
        return <td key={title}>{formatBytes(bytes)}</td>;
      })}
      <td>
        <b>{formatBytes(disk.allocatedBytes)}</b>
      </td>
      <td>{disk.freeBytes === null ? '–' : formatBytes(disk.freeBytes)}</td>
    </>
  );
}

function ClearPreviews({ disk }: { readonly disk: DiskUsage }) {
  const [isAsking, setIsAsking] = useState(false);
  const previews = disk.parts.find(({ part }) => part === 'previews');
  return (
    <p className={styles.own}>
      <button type="button" className="button" data-size="small" disabled={previews === undefined} onClick={() => setIsAsking(true)}>
        Clear previews …
      </button>
      <span className={styles.quiet}>{previews === undefined ? 'No preview is kept.' : 'Volumes and slices prepared for viewing. How many are kept is a setting.'}</span>
      {isAsking && previews !== undefined && <PreviewsDialog previews={previews} onClose={() => setIsAsking(false)} />}
    </p>
  );
}
