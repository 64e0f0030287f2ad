import { useState } from 'react';
import { Toggles } from '../../ui/Toggles.tsx';
import { Findings } from '../Findings.tsx';
import { InspectorFrame, ReadFailure } from '../InspectorFrame.tsx';
import frame from '../InspectorFrame.module.css';
import type { InspectorProps } from '../inspector-props.ts';
import styles from './Inspector.module.css';
import { LineFacts } from './LineFacts.tsx';
import { LinePicture } from './LinePicture.tsx';
import { SameLine } from './SameLine.tsx';
import { useImageEntry } from './use-image-entry.ts';

const ZOOMS = ['1', '2', '4'] as const;
type Zoom = (typeof ZOOMS)[number];

/** One line: its picture beside its text, the same line in other fonts, its numbers, what is wrong with it. */
export function ImageInspector({ cacheId, entryKey, onClose, children }: InspectorProps) {
  const [attempt, setAttempt] = useState(0);
  const [zoom, setZoom] = useState<Zoom>('2');
  const state = useImageEntry(cacheId, entryKey, attempt);
  const detail = state.phase === 'ready' ? state.detail : null;
  const file = state.phase === 'ready' ? state.file : null;
  const text = file?.text ?? detail?.name ?? null;
  return (
    <InspectorFrame
      title={
        <span className={styles.text} lang="km">
          {text ?? entryKey}
        </span>
      }
      file={detail?.file ?? `${entryKey}.png`}
      onClose={onClose}
    >
      {state.phase === 'failed' && <ReadFailure {...state} onRetry={() => setAttempt((before) => before + 1)} />}
      {state.phase === 'loading' && (
        <p className={frame.quiet} role="status">
          Reading and checking the files …
        </p>
      )}
      {detail !== null && (
        <>
          <Findings findings={detail.findings} />
          {detail.file === null ? (
            <p className={frame.empty}>Not drawn: {detail.lastError ?? 'there is no picture. Lines that cannot be drawn stand under Parameters, with the reason.'}</p>
          ) : (
            <figure className={styles.figure}>
              <div className={styles.frame} tabIndex={0} role="group" aria-label="The picture; it can be scrolled">
                <LinePicture cacheId={cacheId} entryKey={entryKey} text={text ?? entryKey} zoom={Number(zoom)} width={file?.imageWidth ?? undefined} height={file?.imageHeight ?? undefined} />
              </div>
              <figcaption>
                <span>As training sees it</span>
                <Toggles label="Size of a pixel" look="joined" segments={ZOOMS.map((each) => ({ value: each, title: `${each}×` }))} value={zoom} onChange={setZoom} />
              </figcaption>
            </figure>
          )}
          <SameLine cacheId={cacheId} entryKey={entryKey} text={text} />
          <LineFacts detail={detail} file={file} />
        </>
      )}
      {children}
    </InspectorFrame>
  );
}
