import { useCallback, useMemo, useState } from 'react';
import type { EntryDetail } from '../../../src-main/contract/commands.ts';
import type { VolumeFileFacts } from '../../../src-main/kinds/volume/contract.ts';
import type { InspectorProps } from '../inspector-props.ts';
import { Facts } from './Facts.tsx';
import { Findings } from '../Findings.tsx';
import { InspectorFrame, ReadFailure } from '../InspectorFrame.tsx';
import styles from '../InspectorFrame.module.css';
import { Histogram } from './Histogram.tsx';
import { readSlicesAhead } from './SlicePictures.tsx';
import { VolumeViewer } from './VolumeViewer.tsx';
import { readEntryAhead, useEntry } from './use-entry.ts';
import { cacheWindow, chooseWindow } from './cache-window.ts';
import { VolumeLoader } from './volume-data.ts';
import type { GreyWindow } from './volume-scene.ts';
import { textureSideMax } from './volume-scene.ts';
import { UNKNOWN_WINDOW, rangeOf, windowOf } from './window-range.ts';

/** Volumes stay loaded for going back and forth, also while the inspector is closed. */
const loader = new VolumeLoader();

/**
 * One volume: its picture, its numbers, where it comes from, what is wrong with it. The viewer stays
 * while entries change, and its window with it: only so they can be compared.
 */
export function VolumeInspector({ cacheId, entryKey, onClose, neighbours = [], children }: InspectorProps) {
  const [attempt, setAttempt] = useState(0);
  const state = useEntry(cacheId, entryKey, attempt);
  const [, setRound] = useState(0);
  const file = state.phase === 'ready' ? state.file : null;
  const window = cacheWindow(cacheId, file === null ? null : windowOf(file)) ?? UNKNOWN_WINDOW;
  const setWindow = useCallback(
    (wanted: GreyWindow | null) => {
      chooseWindow(cacheId, wanted);
      setRound((before) => before + 1);
    },
    [cacheId],
  );
  const range = useMemo(() => rangeOf(file), [file]);
  const readAhead = useCallback(() => void readNeighbours(cacheId, neighbours), [cacheId, neighbours.join()]);
  const name = state.phase === 'ready' ? (state.detail.name ?? entryKey) : entryKey;
  // The volume is asked for together with the facts, and given up if they say that there is none.
  const hasPicture = state.phase === 'loading' || file?.facts?.shape !== undefined;
  return (
    <InspectorFrame title={name} file={(state.phase === 'ready' ? state.detail.file : null) ?? `${entryKey}.pt`} onClose={onClose}>
      {state.phase === 'failed' && <ReadFailure {...state} onRetry={() => setAttempt((before) => before + 1)} />}
      {state.phase === 'ready' && <Findings findings={state.detail.findings} />}
      {hasPicture && <VolumeViewer cacheId={cacheId} entryKey={entryKey} label={name} attempt={attempt} window={window} range={range} onWindow={setWindow} onShown={readAhead} loader={loader} hasRaw={state.phase === 'ready' ? state.detail.raw !== null : null} rawShape={state.phase === 'ready' ? (state.detail.raw?.shape ?? null) : null} cachedRange={file?.window ?? null} />}
      {state.phase === 'loading' && (
        <p className={styles.quiet} role="status">
          Reading and checking the file …
        </p>
      )}
      {state.phase === 'ready' && <Numbers detail={state.detail} file={state.file} window={window} />}
      {children}
    </InspectorFrame>
  );
}

interface NumbersProps {
  readonly detail: EntryDetail;
  readonly file: VolumeFileFacts | null;
  readonly window: GreyWindow;
}

function Numbers({ detail, file, window }: NumbersProps) {
  const hasPicture = file?.facts?.shape !== undefined;
  return (
    <>
      {hasPicture && !file.ok && <p className={styles.quiet}>The picture shows what the damaged file still holds.</p>}
      {file === null && <p className={styles.empty}>{absenceWords(detail)}</p>}
      {file !== null && !hasPicture && <p className={styles.empty}>Nothing in this file can be drawn.</p>}
      {file?.histogram != null && <Histogram histogram={file.histogram} nonFiniteCount={file.statistics?.nonFiniteCount ?? 0} window={window} />}
      <Facts detail={detail} file={file} />
    </>
  );
}

const ABSENCE: Partial<Record<EntryDetail['state'], string>> = {
  missing: 'Not made yet: there is no file.',
  queued: 'It is being made now.',
  quarantined: 'It was set aside; the quarantine has its file.',
};

function absenceWords({ state }: EntryDetail): string {
  return ABSENCE[state] ?? 'There is no file.';
}

/** One after the other, and not before this entry is drawn: what is looked at now comes first. */
async function readNeighbours(cacheId: number, keys: readonly string[]): Promise<void> {
  const side = textureSideMax();
  for (const key of keys) readSlicesAhead(cacheId, key);
  for (const key of keys) {
    await readEntryAhead(cacheId, key);
    // A neighbour that cannot be drawn is told when it is looked at.
    if (side !== undefined) await loader.load(cacheId, key, side, new AbortController().signal).catch(() => undefined);
  }
}
