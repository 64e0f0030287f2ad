import { useState } from 'react';
import type { CacheSummary, ClearPreview } from '../../../src-main/contract/commands.ts';
import type { ClearChoices } from '../../../src-main/contract/storage.ts';
import { formatBytes, formatCount, formatSeconds, shellWord } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { RemovalChoice } from '../cache/RemovalChoice.tsx';
import { ErrorNote } from '../cache/ErrorNote.tsx';
import { commandFor } from '../cache/commands.ts';
import { watchJob } from '../cache/toasts.ts';
import { useQuery } from '../cache/use-query.ts';
import type { Group } from './groups.ts';
import styles from './StorageView.module.css';

interface ClearDialogProps {
  readonly group: Group;
  readonly library: readonly CacheSummary[];
  readonly onClose: () => void;
}

interface Part {
  readonly cache: CacheSummary;
  readonly choices: ClearChoices;
  readonly preview: ClearPreview;
}

/** What would go, what it would cost to make it again, and the question whether to go ahead. */
export function ClearDialog({ group, library, onClose }: ClearDialogProps) {
  const [isStarting, setIsStarting] = useState(false);
  const [error, setError] = useState<Error>();
  const [isFinal, setIsFinal] = useState(false);
  const preview = useQuery(`clear ${JSON.stringify(group.choices)}`, 0, () => previewAll(group.choices, library));
  const parts = preview.value ?? [];
  const count = sum(parts, (part) => part.preview.count);
  const start = async (): Promise<void> => {
    setIsStarting(true);
    try {
      for (const { cache, choices } of parts) watchJob((await call('storage.clear', { ...choices, ...(isFinal ? { delete: true } : {}) })).jobId, cache);
      onClose();
    } catch (problem) {
      setError(problem instanceof Error ? problem : new Error(String(problem)));
      setIsStarting(false);
    }
  };
  return (
    <Dialog
      title={`Clear ${group.clearName}`}
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone={isFinal ? 'bad' : 'main'} disabled={isStarting || count === 0} onClick={() => void start()}>
          {isStarting ? 'Starting …' : isFinal ? `Delete ${formatCount(count)} for good` : `Set aside ${formatCount(count)}`}
        </button>
      }
    >
      {preview.error !== undefined && <ErrorNote error={preview.error} />}
      {preview.value === undefined && preview.error === undefined && <p role="status">Looking what that is …</p>}
      {preview.value !== undefined && <Words parts={parts} isFinal={isFinal} />}
      {count > 0 && <RemovalChoice isFinal={isFinal} onChange={setIsFinal} />}
      {error !== undefined && <ErrorNote error={error} />}
      {parts.map(({ cache, choices }) => (
        <CommandLine key={cache.id} place="storage: clear" command={clearWords(cache, choices, isFinal)} purpose={`clear in ${cache.label}`} />
      ))}
    </Dialog>
  );
}

function sum(parts: readonly Part[], of: (part: Part) => number): number {
  return parts.reduce((total, part) => total + of(part), 0);
}

function Words({ parts, isFinal }: { readonly parts: readonly Part[]; readonly isFinal: boolean }) {
  const count = sum(parts, (part) => part.preview.count);
  const names = parts.flatMap((part) => part.preview.names);
  const lost = sum(parts, (part) => part.preview.notRemade);
  if (count === 0) return <p>There is nothing to clear.</p>;
  return (
    <>
      <p>
        {formatCount(count)} {count === 1 ? 'entry' : 'entries'} ({formatBytes(sum(parts, (part) => part.preview.bytes))}) of {parts.map((part) => part.cache.label).join(', ')} will be {isFinal ? <strong className={styles.bad}>deleted for good. This cannot be undone.</strong> : 'set aside in quarantine. It can be undone.'}
      </p>
      <p>{remakeWords(parts)}</p>
      {lost > 0 && (
        <p className={styles.bad}>
          ▲ {formatCount(lost)} of them no known config asks for: nothing would make {lost === 1 ? 'it' : 'them'} again.
        </p>
      )}
      <details>
        <summary>Names</summary>
        <ul className={styles.names}>
          {names.map((name) => (
            <li key={name}>{name}</li>
          ))}
          {count > names.length && <li>and {formatCount(count - names.length)} more</li>}
        </ul>
      </details>
    </>
  );
}

function remakeWords(parts: readonly Part[]): string {
  const seconds = sum(parts, (part) => part.preview.remakeSeconds ?? 0);
  const bytes = sum(parts, (part) => part.preview.remakeDownloadBytes);
  const costs = [seconds === 0 ? [] : [`about ${formatSeconds(seconds)} of a worker`], bytes === 0 ? [] : [`${formatBytes(bytes)} of downloads`]].flat();
  return costs.length === 0 ? 'What it takes to make them again was never measured.' : `Making them again would take ${costs.join(' and ')}.`;
}

async function previewAll(all: readonly ClearChoices[], library: readonly CacheSummary[]): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for (const choices of all) {
    const cache = library.find((candidate) => candidate.id === choices.cacheId);
    if (cache === undefined) continue;
    const preview = await call('storage.previewClear', choices);
    if (preview.count > 0) parts.push({ cache, choices, preview });
  }
  return parts;
}

const DAY_MS = 86_400_000;

function clearWords(cache: CacheSummary, { states, split, text, minSizeBytes, maxSizeBytes, olderThanMs, newerThanMs }: ClearChoices, isFinal: boolean): string {
  const filters = [...(states ?? []).map((state) => ` --state ${state}`), split === undefined ? '' : ` --split ${shellWord(split)}`, text === undefined ? '' : ` --name=${shellWord(text)}`, minSizeBytes === undefined ? '' : ` --min-size ${minSizeBytes}`, maxSizeBytes === undefined ? '' : ` --max-size ${maxSizeBytes}`, olderThanMs === undefined ? '' : ` --older ${olderThanMs / DAY_MS}d`, newerThanMs === undefined ? '' : ` --newer ${newerThanMs / DAY_MS}d`];
  return commandFor('clear', cache, { flags: `${filters.join('')}${isFinal ? ' --delete' : ''} --yes` });
}
