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
  /** Of things that were dropped together: each a row. */
  | { readonly step: 'several' }
  | { readonly step: 'view'; readonly file: Viewable };

/** A single file with a picture. */
export type Viewable = Extract<Dropped, { readonly what: 'raw' | 'entry' }> & { readonly view: string };

/** One of several things that were dropped together, and what came of looking at it. */
export interface OneOfSeveral {
  readonly name: string;
  /** Null while it is looked at, or where it cannot be. */
  readonly dropped: Dropped | null;
  /** Why there is nothing to show of it. */
  readonly why: string | null;
  /** A config that the page alone has. */
  readonly config?: File;
}

export interface Several {
  readonly items: readonly OneOfSeveral[];
  /** How many were dropped; at most `SEVERAL_MAX` are looked at. */
  readonly count: number;
}

interface DropState {
  readonly view: DropView | null;
  /** What is shown belongs to these, and leads back to them. */
  readonly several: Several | null;
}

const NOTHING: DropState = { view: null, several: null };
export const useDrop = create<DropState>(() => NOTHING);

/** Of more that are dropped together the rest is only counted. */
const SEVERAL_MAX = 50;

/** Longer files are no configs; the engine would refuse them too. */
const CONFIG_BYTES_MAX = 256 * 1024;
/** Of several things under way only the last one counts. */
let looks = 0;

export function closeDrop(): void {
  looks++;
  useDrop.setState(NOTHING);
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
  useDrop.setState({ view: { step: 'ask', name, why }, several: null });
}

/** Goes on with a path of the machine the engine runs on. */
export async function lookAtPath(path: string): Promise<void> {
  await look({ path }, path.replace(/[/\\]+$/, '').replace(/^.*[/\\]/, ''));
}

async function look(input: DroppedInput, name: string): Promise<void> {
  const own = ++looks;
  useDrop.setState({ view: { step: 'looking', name }, several: null });
  try {
    const dropped = await call('dropped.look', input);
    if (own === looks) await follow(dropped, own);
  } catch (error) {
    if (own === looks) useDrop.setState({ view: { step: 'refused', name, error: error instanceof Error ? error : new Error(String(error)) } });
  }
}

/** The next step with what was found: a config is read, a folder opened, the rest shown. */
async function follow(dropped: Dropped, own: number): Promise<void> {
  if (dropped.what === 'config' && dropped.path !== null) {
    closeDrop();
    navigate({ screen: 'new' });
    await loadPath(dropped.path);
  } else if (dropped.what === 'folder' && dropped.path !== null) await takeFolder(dropped.path, dropped.holds, own);
  else useDrop.setState({ view: { step: 'found', dropped } });
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

/** Something from outside of the page. */
export interface Given {
  readonly file: File;
  readonly isFolder: boolean;
}

/** Files and folders that were dropped: one is gone on with, several are listed. */
export async function receive(given: readonly Given[]): Promise<void> {
  const [first] = given;
  if (first === undefined) return;
  if (given.length > 1) {
    await receiveSeveral(given);
    return;
  }
  const { name } = first.file;
  const question = await questionAbout(first);
  if ('why' in question) askForPath(name, question.why);
  else if ('config' in question) await takeConfig(question.config);
  else await look(question.input, name);
}

/** Looks at one after the other; the list fills meanwhile, also while one of them is shown. */
async function receiveSeveral(given: readonly Given[]): Promise<void> {
  const own = ++looks;
  const items: OneOfSeveral[] = given.slice(0, SEVERAL_MAX).map(({ file }) => ({ name: file.name, dropped: null, why: null }));
  useDrop.setState({ view: { step: 'several' }, several: { items, count: given.length } });
  for (const index of items.keys()) {
    const found = await lookAtOne(given[index]!);
    if (own !== looks) return;
    items[index] = found;
    useDrop.setState({ several: { items: [...items], count: given.length } });
  }
}

async function lookAtOne(given: Given): Promise<OneOfSeveral> {
  const { name } = given.file;
  try {
    const question = await questionAbout(given);
    if ('why' in question) return { name, dropped: null, why: question.why };
    if ('config' in question) return { name, dropped: { name, path: null, what: 'config' }, why: null, config: question.config };
    return { name, dropped: await call('dropped.look', question.input), why: null };
  } catch (error) {
    return { name, dropped: null, why: error instanceof Error ? error.message : String(error) };
  }
}

/** Goes on with one of several. */
export async function showOne({ name, dropped, config }: OneOfSeveral): Promise<void> {
  if (config !== undefined) {
    await takeConfig(config);
    return;
  }
  if (dropped === null) return;
  try {
    await follow(dropped, looks);
  } catch (error) {
    useDrop.setState({ view: { step: 'refused', name, error: error instanceof Error ? error : new Error(String(error)) } });
  }
}

export function backToSeveral(): void {
  useDrop.setState({ view: { step: 'several' } });
}

async function takeConfig(file: File): Promise<void> {
  const text = await file.text();
  closeDrop();
  navigate({ screen: 'new' });
  await loadText(text, file.name);
}

/** What the engine is asked about a file or folder, or why it cannot be. Where it lies only the desktop is told. */
async function questionAbout({ file, isFolder }: Given): Promise<{ readonly input: DroppedInput } | { readonly config: File } | { readonly why: string }> {
  const opened = await desktop()?.pathForFile(file);
  if (opened != null) return { input: { path: opened.path } };
  const { name, size } = file;
  if (isFolder) return { why: `“${name}” is a folder. The page is not told where it lies: choose it or type its path where Larder runs.` };
  if (/\.ya?ml$/i.test(name) && size <= CONFIG_BYTES_MAX) return { config: file };
  if (/\.csv$/i.test(name)) return size > LIST_TEXT_MAX ? { why: `“${name}” is a list too long to send. Choose it or type its path where Larder runs.` } : { input: { name, text: await file.text() } };
  if (/\.pt$/i.test(name)) return { input: { name } };
  if (/\.nii(\.gz)?$/i.test(name)) return { input: { name, head: base64Of(await file.slice(0, HEAD_BYTES).arrayBuffer()) } };
  return { why: `“${name}” is neither a config, a list, an entry nor a NIfTI. A cache is opened by the path of its folder.` };
}

function base64Of(buffer: ArrayBuffer): string {
  return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(''));
}
