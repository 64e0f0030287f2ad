import type { ReactNode } from 'react';
import { useState } from 'react';
import type { CacheStatistics, CacheSummary } from '../../../src-main/contract/commands.ts';
import { hasRawFiles } from '../../kinds/config-parts.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { TableHead } from '../../ui/TableHead.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import { Facts } from './Facts.tsx';
import type { MaterialTexts } from './MaterialFields.tsx';
import { MaterialFields, NO_MATERIAL, materialChoices, materialFlags } from './MaterialFields.tsx';
import styles from './Numbers.module.css';
import { useQuery } from './use-query.ts';

/** Every file is looked at: of more than these, when it is asked for. */
const UNASKED_MAX = 100_000;

interface NumbersProps {
  readonly cache: CacheSummary;
  /** The folder of lists that is typed, for caches whose config is not known. */
  readonly lists: MaterialTexts;
  readonly onLists: (lists: MaterialTexts) => void;
}

/** The numbers of `larder stats`, counted when somebody looks. */
export function Numbers({ cache, lists, onLists }: NumbersProps) {
  const [isAsked, setAsked] = useState(false);
  const [counted, setCounted] = useState(NO_MATERIAL);
  const needsLists = cache.configPath === null && !hasRawFiles(cache.kind);
  return (
    <section className={styles.numbers} aria-labelledby="numbers-title">
      <h2 id="numbers-title">Numbers</h2>
      {isAsked || cache.present <= UNASKED_MAX ? (
        <Asked cache={cache} lists={counted} />
      ) : (
        <p>
          <button type="button" className="button" data-size="small" onClick={() => setAsked(true)}>
            Count {formatCount(cache.present)} files
          </button>
        </p>
      )}
      {needsLists && (
        <form
          className={styles.lists}
          onSubmit={(event) => {
            event.preventDefault();
            setAsked(true);
            setCounted(lists);
          }}
        >
          <MaterialFields names={['corpusDir']} about={{ corpusDir: 'its lists say which split a line belongs to' }} material={lists} onChange={onLists} />
          <button type="submit" className="button" data-size="small" disabled={lists.corpusDir.trim() === counted.corpusDir.trim()}>
            Count by split
          </button>
        </form>
      )}
    </section>
  );
}

function Asked({ cache, lists }: Pick<NumbersProps, 'cache' | 'lists'>) {
  const { value, error } = useQuery(`numbers ${cache.id} ${materialFlags(lists)}`, `${cache.present} ${cache.bytes} ${cache.damaged} ${cache.lastVerifiedAtMs}`, () => call('cache.stats', { cacheId: cache.id, ...materialChoices(lists) }));
  return (
    <>
      {error !== undefined && <ErrorNote error={error} />}
      {value === undefined ? error === undefined && <p className={styles.quiet}>Counting …</p> : <Counted statistics={value} />}
    </>
  );
}

function Counted({ statistics }: { readonly statistics: CacheStatistics }) {
  const { perSplit, parts, breakdown = {}, refused = [] } = statistics;
  const splits = Object.entries(perSplit);
  return (
    <>
      <Facts facts={factsOf(statistics)} />
      {splits.length > 0 && (
        <Table columns={['Split', 'Cached', 'Of']} rows={splits.map(([split, { present, required }]) => [split, formatCount(present), formatCount(required)])} />
      )}
      {Object.entries(breakdown).map(([what, groups]) => (
        <Table key={what} columns={[titleOf(what), 'Entries']} rows={Object.entries(groups).map(([name, count]) => [name, formatCount(count)])} />
      ))}
      {parts.length > 1 && <Table columns={['On disk', 'Files', 'Bytes', 'On average']} rows={parts.map(({ name, files, bytes }) => [name === '' ? 'entries' : name, formatCount(files), formatBytes(bytes), formatBytes(bytes / files)])} />}
      {refused.length > 0 && <Table columns={['Not drawn', 'Font', 'Lines', 'For example']} rows={refused.map(({ reason, variant, count, example }) => [reason, variant, formatCount(count), example])} />}
    </>
  );
}

function factsOf({ files, bytes, averageBytes, allocatedBytes, quarantineBytes, alike }: CacheStatistics): (readonly [string, ReactNode])[] {
  return [
    ['Entries', `${formatCount(files)} · ${formatBytes(bytes)} · ${formatBytes(averageBytes)} each on average`],
    ['On disk', `${formatBytes(allocatedBytes)} allocated`],
    ...(quarantineBytes > 0 ? [['Set aside', formatBytes(quarantineBytes)] as const] : []),
    ...(alike === undefined ? [] : [['Same pixels', alike.entries === 0 ? 'no two entries' : `${formatCount(alike.entries)} entries show ${formatCount(alike.contents)} ${alike.contents === 1 ? 'picture' : 'pictures'}`] as const]),
  ];
}

function titleOf(what: string): string {
  return what.charAt(0).toUpperCase() + what.slice(1);
}

function Table({ columns, rows }: { readonly columns: readonly string[]; readonly rows: readonly (readonly string[])[] }) {
  return (
    <table>
      <TableHead columns={columns} />
      <tbody>
        {rows.map(([name, ...cells], index) => (
          <tr key={`${index} ${name}`}>
            <th scope="row">{name}</th>
            {cells.map((cell, at) => (
              <td key={columns[at + 1]}>{cell}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
