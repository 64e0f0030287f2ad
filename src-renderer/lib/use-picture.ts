import { useEffect, useReducer } from 'react';
import type { Picture } from './picture-queue.ts';
import { PictureQueue } from './picture-queue.ts';

/** What flies past within this time is not asked for. */
const REST_MS = 80;

const PICTURES = new PictureQueue({
  atOnce: 4,
  kept: 2_000,
  release: (src) => URL.revokeObjectURL(src),
  async load(url, signal) {
    const answer = await fetch(url, { signal });
    if (answer.ok) return URL.createObjectURL(await answer.blob());
    // 5xx may be well the next time; for the rest there is nothing to draw.
    if (answer.status >= 500) throw new Error(answer.statusText);
    return undefined;
  },
});

const ABSENT: Picture = { state: 'absent' };

/**
 * A picture of an entry, asked for once it rests on the screen.
 *
 * @param url null: there is no file to draw
 * @param version changes with the file
 * @returns undefined while it is being made
 */
export function usePicture(url: string | null, version: string): Picture | undefined {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    if (url === null || PICTURES.find(url, version) !== undefined) return undefined;
    let leave: (() => void) | undefined;
    const timer = setTimeout(() => {
      leave = PICTURES.want(url, version, redraw);
    }, REST_MS);
    return () => {
      clearTimeout(timer);
      leave?.();
    };
  }, [url, version]);
  return url === null ? ABSENT : PICTURES.find(url, version);
}

/** Loads a picture that is likely to be looked at next. @returns takes it back */
export function readPictureAhead(url: string, version: string): () => void {
  return PICTURES.find(url, version) === undefined ? PICTURES.want(url, version, () => undefined) : () => undefined;
}
