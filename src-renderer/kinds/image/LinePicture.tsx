import { useState } from 'react';
import styles from './LinePicture.module.css';
import { pictureUrl } from './picture-url.ts';

interface LinePictureProps {
  readonly cacheId: number;
  readonly entryKey: string;
  readonly text: string;
  /** Screen pixels a pixel of the picture. */
  readonly zoom?: number;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** A line as training sees it: black on white in every theme, never smoothed. */
export function LinePicture({ cacheId, entryKey, text, zoom = 1, width, height }: LinePictureProps) {
  const url = pictureUrl(cacheId, entryKey);
  const [failed, setFailed] = useState<string | null>(null);
  if (failed === url) return <span className={styles.none}>this picture cannot be shown</span>;
  const size = width === undefined || height === undefined ? {} : { width: width * zoom, height: height * zoom };
  return <img className={styles.picture} src={url} alt={text} draggable={false} loading="lazy" decoding="async" onError={() => setFailed(url)} {...size} />;
}
