import type { SavedFile } from '../../src-main/contract/desktop.ts';
import { fetchFile, offerFile } from '../lib/save-file.ts';
import { desktop } from './desktop.ts';

export interface Saved {
  readonly bytes: number;
  /** Shows it in the system's file manager; only where there is one. @returns false if it is not there any more */
  readonly reveal?: () => Promise<boolean>;
}

/**
 * Saves what an address gives. A browser says nothing of what it does then; the desktop asks where, and tells.
 *
 * @returns undefined if the dialog was closed without a choice
 * @throws Error with the words of a refusal, or where it could not be written
 */
export async function saveFile(url: string, name: string): Promise<Saved | undefined> {
  const blob = await fetchFile(url);
  const bridge = desktop();
  if (bridge === undefined) {
    offerFile(blob, name);
    return { bytes: blob.size };
  }
  // Small files may be told of before the next turn.
  const early: SavedFile[] = [];
  let hear = (saved: SavedFile): void => void early.push(saved);
  const stop = bridge.onDesktop((message) => {
    if (message.type === 'saved') hear(message.saved);
  });
  const own = offerFile(blob, name).split('/').at(-1);
  const { outcome, savedId } = await new Promise<SavedFile>((resolve) => {
    hear = (saved) => {
      if (saved.blob === own) resolve(saved);
    };
    for (const saved of early) hear(saved);
  }).finally(stop);
  if (outcome === 'cancelled') return undefined;
  if (outcome === 'interrupted' || savedId === undefined) throw new Error(`${name} could not be written there. Is the disk full, or the folder closed to you?`);
  return { bytes: blob.size, reveal: () => bridge.reveal({ savedId }) };
}
