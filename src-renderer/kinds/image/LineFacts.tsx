import type { EntryDetail } from '../../../src-main/contract/commands.ts';
import type { ImageFileFacts } from '../../../src-main/kinds/image/contract.ts';
import { formatAgo, formatBytes, formatCount } from '../../lib/format.ts';
import { useNow } from '../../lib/use-now.ts';
import { Fact } from '../../ui/Fact.tsx';
import { useConfigOf } from '../use-config-of.ts';
import styles from './LineFacts.module.css';
import { hiddenCharacters } from './hidden-characters.ts';

interface LineFactsProps {
  readonly detail: EntryDetail;
  readonly file: ImageFileFacts | null;
}

/** Everything known about a line, in lines. */
export function LineFacts({ detail, file }: LineFactsProps) {
  const nowMs = useNow();
  const config = useConfigOf(detail.directory);
  const text = file?.text ?? detail.name;
  const hidden = text === null ? [] : hiddenCharacters(text);
  const drawn = file?.drawn !== undefined && file.drawn !== file.text ? file.drawn : null;
  return (
    <dl className={styles.facts}>
      <Fact name="Font">{file?.fontPath ?? detail.variant ?? null}</Fact>
      <Fact name="Height">{file?.height === undefined ? null : `${file.height} px`}</Fact>
      <Fact name="Picture">{file?.imageWidth == null ? null : `${file.imageWidth} × ${file.imageHeight} px, 8-bit grey`}</Fact>
      <Fact name="Drawn as">{drawn === null ? null : <span lang="km">{drawn === '' ? 'a blank picture' : drawn}</span>}</Fact>
      <Fact name="Text">{text === null ? null : `${formatCount([...text].length)} characters${hidden.length === 0 ? '' : `, among them ${hidden.join(', ')}`}`}</Fact>
      <Fact name="Size">{detail.sizeBytes === null ? null : formatBytes(detail.sizeBytes)}</Fact>
      <Fact name="Split">{detail.split}</Fact>
      <Fact name="Made">{madeWords(detail, nowMs)}</Fact>
      <Fact name="Verified">{detail.verifiedAtMs === null ? (detail.file === null ? null : 'not as it is now; this look has checked every byte') : formatAgo(detail.verifiedAtMs, nowMs)}</Fact>
      <Fact name="Config">{config}</Fact>
      <Fact name="Pixels">{file?.pixelsMd5 == null ? null : <code>{file.pixelsMd5}</code>}</Fact>
      <Fact name="Key">
        <code>{detail.key}</code>
      </Fact>
      <Fact name="Last error">{detail.lastError}</Fact>
    </dl>
  );
}

function madeWords({ madeAtMs, madeByVersion, modifiedAtMs }: EntryDetail, nowMs: number): string | null {
  if (madeAtMs === null) return modifiedAtMs === null ? null : `${formatAgo(modifiedAtMs, nowMs)}; by whom is not known`;
  return `${formatAgo(madeAtMs, nowMs)}${madeByVersion === null ? '' : ` by Larder ${madeByVersion}`}`;
}
