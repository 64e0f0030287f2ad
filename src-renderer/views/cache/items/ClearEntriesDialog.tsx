import { useState } from 'react';
import type { CacheSummary, ClearPreview } from '../../../../src-main/contract/commands.ts';
import { formatBytes, formatCount, formatSeconds } from '../../../lib/format.ts';
import { call } from '../../../state/index.ts';
import { CommandLine } from '../../../ui/CommandLine.tsx';
import { Dialog } from '../../../ui/Dialog.tsx';
import styles from '../Dialogs.module.css';
import { ErrorNote } from '../ErrorNote.tsx';
import { RemovalChoice } from '../RemovalChoice.tsx';
import type { Chosen } from '../chosen.ts';
import { chosenInput, chosenParts, countOf } from '../chosen.ts';
import { commandFor } from '../commands.ts';
import { useQuery } from '../use-query.ts';
import { useStart } from '../use-start.ts';

interface ClearEntriesDialogProps {
  readonly cache: CacheSummary;
  readonly chosen: Chosen;
  readonly onClose: () => void;
  /** The chosen items will be gone from where they were. */
  readonly onStarted: () => void;
}

/** Which files would go and where to, what making them again would cost, and the question whether to go ahead. */
export function ClearEntriesDialog({ cache, chosen, onClose, onStarted }: ClearEntriesDialogProps) {
  const input = { cacheId: cache.id, ...chosenInput(chosen) };
  const preview = useQuery(`clear ${JSON.stringify(input)}`, 0, () => call('cache.previewClear', input));
  const { start, isStarting, error } = useStart(cache, () => {
    onClose();
    onStarted();
  });
  const [isFinal, setIsFinal] = useState(false);
  const count = preview.value?.count ?? 0;
  const problem = error ?? preview.error;
  return (
    <Dialog
      title={`Clear ${formatCount(countOf(chosen))} of ${cache.label}`}
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone={isFinal ? 'bad' : 'main'} disabled={isStarting || count === 0} onClick={() => void start(() => call('cache.clear', { ...input, ...(isFinal ? { delete: true } : {}) }))}>
          {isStarting ? 'Starting …' : isFinal ? `Delete ${formatCount(count)} for good` : `Set aside ${formatCount(count)}`}
        </button>
      }
    >
      {preview.value === undefined && preview.error === undefined && <p role="status">Looking what that is …</p>}
      {preview.value !== undefined && <ClearWords preview={preview.value} isFinal={isFinal} />}
      <RemovalChoice isFinal={isFinal} onChange={setIsFinal} />
      {problem !== undefined && <ErrorNote error={problem} />}
      <CommandLine place="cache: clear" command={commandFor('clear', cache, chosenParts(chosen, `${isFinal ? ' --delete' : ''} --yes`))} purpose="clear the chosen entries" />
    </Dialog>
  );
}

function ClearWords({ preview, isFinal }: { readonly preview: ClearPreview; readonly isFinal: boolean }) {
  const { count, bytes, names, remakeSeconds, remakeDownloadBytes, notRemade } = preview;
  const costs = [...(remakeSeconds === null ? [] : [`about ${formatSeconds(remakeSeconds)} of a worker`]), ...(remakeDownloadBytes === 0 ? [] : [`${formatBytes(remakeDownloadBytes)} of downloads`])];
  const rest = count - names.length;
  return (
    <>
      <p>
        {formatCount(count)} {count === 1 ? 'file' : 'files'} ({formatBytes(bytes)}) will be {isFinal ? <strong className={styles.bad}>deleted for good. This cannot be undone.</strong> : 'set aside in quarantine. It can be undone.'}
      </p>
      {costs.length > 0 && <p>Making {count === 1 ? 'it' : 'them'} again would take {costs.join(' and ')}.</p>}
      {notRemade > 0 && <p className={styles.bad}>▲ {formatCount(notRemade)} of them no known config asks for: nothing would make {notRemade === 1 ? 'it' : 'them'} again.</p>}
      <ul className={styles.list} tabIndex={0} aria-label="Names">
        {names.map((name) => (
          <li key={name}>{name}</li>
        ))}
        {rest > 0 && <li>and {formatCount(rest)} more</li>}
      </ul>
    </>
  );
}
