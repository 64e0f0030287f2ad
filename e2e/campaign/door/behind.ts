import { copyFileSync, cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { WebSocket } from 'ws';
import type { SampleLibrary } from '../../browser/sample-library.ts';
import { tinyNifti } from '../../invariants/tiny-dataset.ts';
import { makeSampleVolumes, sampleUploads } from '../../sample/index.ts';
import { gzip } from '../../sample/nifti-writer.ts';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import { DOCUMENT_ROUTES } from '../../../src-main/engine/bridge/document-routes.ts';
import { call } from './attacker.ts';
import type { AskMethod } from './each-method.ts';
import type { KnownCache, Real } from './valid.ts';

/** A cache of images as the original Python class wrote it. */
const IMAGES = join(import.meta.dirname, '../../../src-main/kinds/image/__fixtures__/intact');
const KEYS_SHOWN = 12;

/** Ids of calls that are not part of the attack. */
let nextId = 1_000_000;

/** Calls that are no attack. */
export function askThrough(socket: WebSocket): AskMethod {
  return async (method, input) => {
    const id = nextId++;
    const text = await call(socket, JSON.stringify({ type: 'call', id, method, input }), id);
    const { envelope } = JSON.parse(text) as { readonly envelope: { readonly ok: boolean; readonly value?: unknown } };
    return { isOk: envelope.ok, value: envelope.value };
  };
}

/** What there is behind the door, beside the cache of volumes: a cache of images, one from elsewhere, files that were looked at. */
export interface Behind {
  /** As it is now. */
  read(): Promise<Real>;
  /** `file-<id>` of the raw volume and the entry that were looked at. */
  readonly files: readonly string[];
  /** `list/<id>/<name>` */
  readonly lists: readonly string[];
}

interface Row {
  readonly key: string;
}

/** Opens what lies in the folder, as a page does, and says what it has become. */
export async function furnish(library: SampleLibrary, ask: AskMethod, entryFile: string): Promise<Behind> {
  const rawFile = putRaw(library);
  const images = join(library.folder, 'images');
  cpSync(IMAGES, images, { recursive: true });
  for (const path of [images, library.foreignDirectory]) await must(ask, 'library.open', { path });
  await must(ask, 'cache.fix', { cacheId: ((await must(ask, 'library.list', {})) as { id: number; directory: string }[]).find(({ directory }) => directory === library.directory)!.id, level: 'deep' });
  const views: string[] = [];
  for (const path of [rawFile, entryFile]) views.push(`file-${String((await must(ask, 'dropped.look', { path }) as { readonly view: string }).view)}`);
  const { listId } = (await must(ask, 'dropped.look', { path: library.project.trainCsvPath })) as { readonly listId: string };
  const { configId } = (await must(ask, 'config.check', { path: library.project.configPath })) as { readonly configId: string };
  const drawn = putImageConfig(library.folder);
  const drawnId = drawn === undefined ? [] : [((await must(ask, 'config.check', { path: drawn })) as { readonly configId: string }).configId];
  const paths = [library.project.configPath, library.project.trainCsvPath, library.directory, library.foreignDirectory, images, rawFile, entryFile, library.folder];
  const read = async (): Promise<Real> => {
    const caches: KnownCache[] = [];
    for (const { id, directory } of (await must(ask, 'library.list', {})) as { id: number; directory: string }[]) {
      // The folder of one that was only planned, or whose job was stopped, may not be there.
      const listed = await ask('cache.items', { cacheId: id, limit: KEYS_SHOWN });
      const aside = await ask('quarantine.list', { cacheId: id, limit: KEYS_SHOWN });
      const { rows } = (listed.isOk ? listed.value : { rows: [] }) as { readonly rows: readonly Row[] };
      const { items } = (aside.isOk ? aside.value : { items: [] }) as { readonly items: readonly { readonly id: string }[] };
      caches.push({ id, directory, keys: rows.map(({ key }) => key), quarantined: items.map((item) => item.id) });
    }
    const jobs = (await must(ask, 'jobs.list', {})) as readonly { readonly id: string }[];
    return { caches, jobIds: jobs.slice(0, KEYS_SHOWN).map(({ id }) => id), configIds: [configId, ...drawnId], paths, names: ['config.yaml', 'list.csv', ...library.names.train] };
  };
  return { read, files: views, lists: DOCUMENT_ROUTES.list.map((name) => `list/${listId}/${name}`) };
}

/** Raw files of the project in their places: Larder removes what it has downloaded. @returns one of them */
function putRaw({ project, names }: SampleLibrary): string {
  const wanted = [...names.train, ...names.valid];
  const paths = makeSampleVolumes()
    .filter(({ volumeName }) => wanted.includes(volumeName))
    .map(({ volumeName, bytes }) => {
      const path = join(project.directory, 'raw', ...foldersOf(volumeName), volumeName);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
      return path;
    });
  return paths[0]!;
}

/** The raw files of the sample in their places, tiny: Larder makes large ones only where there are none. */
export function putSample({ environment }: Pick<SampleLibrary, 'environment'>): void {
  const uploads = join(environment['LARDER_DATA_DIR']!, 'sample', 'hub');
  mkdirSync(uploads, { recursive: true });
  for (const [n, { name }] of sampleUploads().entries()) writeFileSync(join(uploads, name), gzip(tinyNifti(n)));
}

/** A config that makes images of two lines. @returns its path; undefined where there are no fonts to draw with */
function putImageConfig(folder: string): string | undefined {
  const fonts = findKhmerFonts();
  if (fonts === undefined) return undefined;
  const at = (...names: string[]): string => join(folder, 'drawn', ...names);
  for (const name of ['corpus', 'fonts']) mkdirSync(at(name), { recursive: true });
  copyFileSync(join(fonts, 'KhmerOS.ttf'), at('fonts', 'KhmerOS.ttf'));
  writeFileSync(at('corpus', 'train.txt'), 'ភាសាខ្មែរ\nខ្មែរ\n');
  writeFileSync(at('config.yaml'), `kind: image\ncache_dir: ${JSON.stringify(at('pictures'))}\ncorpus_dir: ${JSON.stringify(at('corpus'))}\nfonts_dir: ${JSON.stringify(at('fonts'))}\nsplits: [train]\n`);
  return at('config.yaml');
}

/** `train_1/train_1_a` of `train_1_a_1.nii.gz`. */
function foldersOf(volumeName: string): readonly string[] {
  const parts = volumeName.split('_');
  return [parts.slice(0, 2).join('_'), parts.slice(0, 3).join('_')];
}

async function must(ask: AskMethod, method: string, input: unknown): Promise<unknown> {
  const { isOk, value } = await ask(method, input);
  if (!isOk) throw new Error(`${method} ${JSON.stringify(input)} was refused`);
  return value;
}

/** Removes the raw files of the project. */
export function forgetRaw({ project }: Pick<SampleLibrary, 'project'>): void {
  rmSync(join(project.directory, 'raw'), { recursive: true, force: true });
}
