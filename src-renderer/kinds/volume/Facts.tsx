import type { ReactNode } from 'react';
import type { EntryDetail } from '../../../src-main/contract/commands.ts';
import type { VolumeFileFacts } from '../../../src-main/kinds/volume/contract.ts';
import { formatAgo, formatBytes, formatSeconds } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { Fact } from '../../ui/Fact.tsx';
import { ParameterList } from '../ParameterList.tsx';
import { useConfigOf } from '../use-config-of.ts';
import { AffineTable } from './AffineTable.tsx';
import { RecordsTable } from './RecordsTable.tsx';
import { formatValue } from './location.ts';
import styles from './Facts.module.css';

interface FactsProps {
  readonly detail: EntryDetail;
  readonly file: VolumeFileFacts | null;
}

/** Everything known about an entry, in lines. */
export function Facts({ detail, file }: FactsProps) {
  const nowMs = useNow();
  const config = useConfigOf(detail.directory);
  const { statistics } = file ?? detail;
  const geometry = file?.geometry;
  const shape = file?.facts?.shape ?? detail.shape;
  const affine = file?.facts?.affine;
  return (
    <div className={styles.facts}>
      <dl>
        <Fact name="Tensor">{shape === null ? null : `${shape.join(' × ')} ${file?.facts?.dtype ?? detail.dtype ?? ''}`}</Fact>
        <Fact name="Values">{statistics === null || statistics.min === null || statistics.max === null ? null : `${formatValue(statistics.min)} to ${formatValue(statistics.max)}, mean ${formatValue(statistics.mean ?? NaN)}`}</Fact>
        <Fact name="Spacing">{geometry == null ? null : `${geometry.spacing.map((step) => step.toFixed(3)).join(' × ')} mm`}</Fact>
        <Fact name="Orientation">{geometry == null ? null : `${geometry.orientation}, ${geometry.isAligned ? 'along the body axes' : 'oblique'}`}</Fact>
        <Fact name="Size">{detail.sizeBytes === null ? null : formatBytes(detail.sizeBytes)}</Fact>
        <Fact name="Made">{madeWords(detail, nowMs)}</Fact>
        <Fact name="Verified">{detail.verifiedAtMs === null ? (detail.file === null ? null : 'not as it is now; this look has checked every byte') : formatAgo(detail.verifiedAtMs, nowMs)}</Fact>
        <Fact name="Source">{sourceWords(detail, file)}</Fact>
        <Fact name="Config">{config}</Fact>
        <Fact name="Digest">{detail.digest === null ? null : <code title="sha256 of the file, as it was made">{detail.digest}</code>}</Fact>
        <Fact name="Split">{detail.split}</Fact>
        <Fact name="Format">{formatWords(file)}</Fact>
        <Fact name="Last error">{detail.lastError}</Fact>
      </dl>
      <ParameterList parameters={detail.parameters} />
      {affine !== undefined && affine.length === 16 && <AffineTable affine={affine} />}
      {file !== null && file.records.length > 0 && <RecordsTable records={file.records} areChecked={file.ok} />}
    </div>
  );
}

function madeWords({ madeAtMs, madeByVersion, madeSeconds, modifiedAtMs }: EntryDetail, nowMs: number): string | null {
  if (madeAtMs === null) return modifiedAtMs === null ? null : `${formatAgo(modifiedAtMs, nowMs)}, not by Larder`;
  const by = madeByVersion === null ? '' : ` by Larder ${madeByVersion}`;
  return `${formatAgo(madeAtMs, nowMs)}${by}${madeSeconds === null ? '' : `, in ${madeSeconds < 9.95 ? `${madeSeconds.toFixed(1)} s` : formatSeconds(madeSeconds)}`}`;
}

const REVISION_SHOWN = 7;

function sourceWords({ source }: EntryDetail, file: VolumeFileFacts | null): ReactNode {
  if (source?.repository !== undefined) {
    const revision = source.revision === undefined ? '' : ` @ ${source.revision.slice(0, REVISION_SHOWN)}`;
    return (
      <>
        {source.repository}
        {revision}
        {source.repositoryPath !== undefined && <span className={styles.path}>{source.repositoryPath}</span>}
      </>
    );
  }
  return source?.path ?? file?.facts?.filenameOrObj ?? null;
}

function formatWords(file: VolumeFileFacts | null): string | null {
  const format = file?.facts?.format;
  if (format === undefined) return null;
  const writer = file?.facts?.writtenBy;
  return `${format === 'monai' ? 'MONAI MetaTensor' : 'plain tensors'}${writer === undefined ? '' : `, layout of ${writer}`}`;
}
