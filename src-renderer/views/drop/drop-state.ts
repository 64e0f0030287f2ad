import { create } from 'zustand';
import type { Dropped, DroppedInput, Material } from '../../../src-main/contract/dropped.ts';
import { HEAD_BYTES, LIST_TEXT_MAX } from '../../../src-main/contract/dropped.ts';
import { offerMaterial } from '../../kinds/material.ts';
import { call, desktop } from '../../state/index.ts';
import { showToast } from '../cache/toasts.ts';
import { navigate } from '../navigation/use-route.ts';
import { loadPath, loadText, openFolderCommand } from '../new/new-state.ts';

/** What is shown of the last thing that was given to look at. */
export type DropView =
  | { readonly step: 'looking'; readonly name: string }
  /** Only a path says more. */
  | { readonly step: 'ask'; readonly name: string | null; readonly why: string }
  | { readonly step: 'refused'; readonly name: string; readonly error: Error }
  | { readonly step: 'found'; readonly dropped: Dropped }
  | { readonly step: 'view'; readonly file: Viewable };

/** A single file with a picture. */
export type Viewable = Extract<Dropped, { readonly what: 'raw' | 'entry' }> & { readonly view: string };

interface DropState {
  readonly view: DropView | null;
}

export const useDrop = create<DropState>(() => ({ view: null }));

/** Longer files are no configs; the engine would refuse them too. */
const CONFIG_BYTES_MAX = 256 * 1024;
/** Of several things under way only the last one counts. */
let looks = 0;

export function closeDrop(): void {
  looks++;
  useDrop.setState({ view: null });
}

/** Shows the picture of what was found. */
export function lookAtFile(file: Viewable): void {
  useDrop.setState({ view: { step: 'view', file } });
}

export function backToFound(dropped: Dropped): void {
  useDrop.setState({ view: { step: 'found', dropped } });
}

/** Asks for a path: the way in without a mouse, and for what only a path says. */
export function askForPath(name: string | null, why: string): void {
  looks++;
  useDrop.setState({ view: { step: 'ask', name, why } });
}

/** Goes on with a path of the machine the engine runs on. */
export async function lookAtPath(path: string): Promise<void> {
  await look({ path }, path.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, ''));
}

async function look(input: DroppedInput, name: string): Promise<void> {
  const own = ++looks;
  useDrop.setState({ view: { step: 'looking', name } });
  try {
    const dropped = await call('dropped.look', input);
    if (own !== looks) return;
    if (dropped.what === 'config' && dropped.path !== null) {
      closeDrop();
      navigate({ screen: 'new' });
      await loadPath(dropped.path);
    } else if (dropped.what === 'folder' && dropped.path !== null) await takeFolder(dropped.path, dropped.holds, own);
    else useDrop.setState({ view: { step: 'found', dropped } });
  } catch (error) {
    if (own === looks) useDrop.setState({ view: { step: 'refused', name, error: error instanceof Error ? error : new Error(String(error)) } });
  }
}

/** A folder that entries are made from goes into the form that asks for it; any other is opened as a cache. */
async function takeFolder(path: string, holds: Material | undefined, own: number): Promise<void> {
  if (holds === undefined) {
    await adopt(path, own);
    return;
  }
  closeDrop();
  offerMaterial(holds, path);
  navigate({ screen: 'new' });
  showToast({ tone: 'done', text: holds === 'corpus' ? `The lines in ${path} are what is drawn: see the form, then write the config.` : `The fonts in ${path} are drawn with: see the form, then write the config.` });
}

/** Takes a cache folder into the library and goes to it. */
async function adopt(path: string, own: number): Promise<void> {
  const { cacheId } = await call('library.open', { path });
  if (own !== looks) return;
  closeDrop();
  navigate({ screen: 'cache', cacheId, tab: 'items', entryKey: null });
  showToast({ tone: 'done', text: `${path} is in the library now. Nothing in the folder was touched.`, command: { place: 'dropped: folder', purpose: 'open this folder', command: openFolderCommand(path) } });
}

/** A folder that is known by its path: of an entry that was looked at. */
export async function openFolderOf(path: string): Promise<void> {
  await lookAtPath(path.replace(/[/\\][^/\\]*$/, ''));
}

/** A file or folder that was dropped. Where it lies only the desktop is told. */
export async function receive(file: File, isFolder: boolean): Promise<void> {
  const opened = await desktop()?.pathForFile(file);
  if (opened != null) {
    await lookAtPath(opened.path);
    return;
  }
  const { name, size } = file;
  if (isFolder) askForPath(name, `“${name}” is a folder. The page is not told where it lies: type its path where Larder runs.`);
  else if (/\.ya?ml$/i.test(name) && size <= CONFIG_BYTES_MAX) {
    const text = await file.text();
    closeDrop();
    navigate({ screen: 'new' });
    await loadText(text, name);
  } else if (/\.csv$/i.test(name)) {
    if (size > LIST_TEXT_MAX) askForPath(name, `“${name}” is a list too long to send. Type its path where Larder runs.`);
    else await look({ name, text: await file.text() }, name);
  } else if (/\.pt$/i.test(name)) await look({ name }, name);
  else if (/\.nii(\.gz)?$/i.test(name)) await look({ name, head: base64Of(await file.slice(0, HEAD_BYTES).arrayBuffer()) }, name);
  else askForPath(name, `“${name}” is neither a config, a list, an entry nor a NIfTI. A cache is opened by the path of its folder.`);
}

function base64Of(buffer: ArrayBuffer): string {
  return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''));
}
