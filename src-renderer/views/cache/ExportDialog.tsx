import { useState } from 'react';
import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import type { DocumentName } from '../../../src-main/contract/documents.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { call, saveFile } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { RadioList } from '../../ui/RadioList.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import type { Matched } from './chosen.ts';
import { chosenParts } from './chosen.ts';
import { commandFor } from './commands.ts';
import styles from './Dialogs.module.css';
import { showAction, showToast } from './toasts.ts';
import { useQuery } from './use-query.ts';

interface ExportKind {
  readonly name: DocumentName;
  readonly title: string;
  readonly about: string;
  /** The verb and the flag that names the file. */
  readonly command: readonly [verb: string, flag: string];
}

const KINDS: readonly ExportKind[] = [
  { name: 'hash_map.json', title: 'Hash map as JSON', about: 'Which hash is which item: one name for each file of the cache.', command: ['map', '--output-path'] },
  { name: 'hash_map.csv', title: 'Hash map as CSV', about: 'The same as a table: hash, VolumeName.', command: ['map', '--output-path'] },
  { name: 'cache_info.json', title: 'Everything known, as JSON', about: 'The numbers of the cache, and of every item state, size, shape, digest, source and when it was made and verified.', command: ['export', '--output'] },
  { name: 'cache_info.csv', title: 'Every item as a table', about: 'The same of every item, as CSV.', command: ['export', '--output'] },
  { name: 'cache_info.jsonl', title: 'Every item as a line of JSON', about: 'For tools that read one line at a time.', command: ['export', '--output'] },
];

const LINES_SHOWN = 3;

/** Those that can be of some entries alone; a hash map is of the whole cache. */
const OF_ENTRIES = KINDS.filter(({ command }) => command[0] === 'export');

interface ExportDialogProps {
  readonly cache: CacheSummary;
  /** These entries only; all of them if absent. */
  readonly matched?: Matched;
  readonly onClose: () => void;
}

/** Documents about a cache to take elsewhere; the cache itself is not touched. */
export function ExportDialog({ cache, matched, onClose }: ExportDialogProps) {
  const kinds = matched === undefined ? KINDS : OF_ENTRIES;
  const [kind, setKind] = useState(kinds[0]!);
  const [isSaving, setSaving] = useState(false);
  const [error, setError] = useState<Error>();
  const save = async (): Promise<void> => {
    setSaving(true);
    setError(undefined);
    try {
      const saved = await saveFile(`/_data/document/${cache.id}/${kind.name}${matched === undefined ? '' : `?matching=${encodeURIComponent(JSON.stringify(matched.matching))}`}`, kind.name);
      setSaving(false);
      if (saved === undefined) return;
      showToast({ tone: 'done', text: `${cache.label}: ${kind.name} saved, ${formatBytes(saved.bytes)}.`, ...showAction(saved) });
      onClose();
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
      setSaving(false);
    }
  };
  const [verb, flag] = kind.command;
  return (
    <Dialog
      title={matched === undefined ? `Export ${cache.label}` : `Export ${formatCount(matched.count)} of ${cache.label}`}
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone="main" disabled={isSaving} onClick={() => void save()}>
          {isSaving ? 'Writing …' : `Save ${kind.name}`}
        </button>
      }
    >
      <RadioList label="What to export" choices={kinds.map(({ name, title, about }) => ({ value: name, title, about }))} value={kind.name} onChange={(name) => setKind(kinds.find((each) => each.name === name) ?? kind)} />
      {matched === undefined && <FirstLines cache={cache} name={kind.name} />}
      {error !== undefined && <ErrorNote error={error} />}
      <CommandLine place="cache: export" command={commandFor(verb, cache, chosenParts(matched, ` ${flag} ${kind.name}`))} purpose="export" />
    </Dialog>
  );
}

/** How the file begins. */
function FirstLines({ cache, name }: { readonly cache: CacheSummary; readonly name: DocumentName }) {
  const { value } = useQuery(`first items ${cache.id}`, 0, () => call('cache.items', { cacheId: cache.id, limit: LINES_SHOWN }));
  const lines = linesOf(name, value?.rows ?? []);
  if (value === undefined || lines.length === 0) return null;
  return (
    <pre className={styles.sample} tabIndex={0} aria-label={`How ${name} begins`}>
      {[...lines, ...(value.total > LINES_SHOWN ? [`… ${formatCount(value.total)} items`] : [])].join('\n')}
    </pre>
  );
}

function linesOf(name: DocumentName, rows: readonly { readonly key: string; readonly name: string | null; readonly state: string }[]): readonly string[] {
  switch (name) {
    case 'hash_map.json':
      return ['{', ...rows.map((row) => `  "${row.key}": ${JSON.stringify(row.name)},`)];
    case 'hash_map.csv':
      return ['hash,VolumeName', ...rows.map((row) => `${row.key},${row.name ?? ''}`)];
    default:
      // Not every kind has the same columns.
      return [];
  }
}
