import { copyFile, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DOCUMENT_ROUTES } from '../../src-main/engine/bridge/document-routes.ts';
import { PICTURE_ROUTES } from '../../src-main/engine/bridge/data-routes.ts';
import { Attacker } from '../campaign/door/attacker.ts';
import { askThrough } from '../campaign/door/behind.ts';
import type { AskMethod } from '../campaign/door/each-method.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import { tinyNifti } from '../invariants/tiny-dataset.ts';
import { ROOT } from './ensure-built.ts';
import type { ServedLarder } from './serve.ts';
import { serve } from './serve.ts';

/** Entries that MONAI wrote, and a cache of images that the original Python class wrote. */
const VOLUMES = join(ROOT, 'src-main/formats/torch/__fixtures__/monai/e1/a');
const IMAGES = join(ROOT, 'src-main/kinds/image/__fixtures__/intact');
const TRICKS = ['../', '..%2f', '%2e%2e/', '%252e%252e%252f', '..\\', '..%5c', '%00', '....//', '/', '%2f'] as const;
const TARGETS = ['secret.txt', 'etc/passwd', 'data/catalog.sqlite', 'cache_params.json', 'cache_index.json'] as const;
const SECRET = 'what-lies-beside-the-cache';

let folder: string;
let served: ServedLarder;
let attacker: Attacker;
let cookie: string;
let ask: AskMethod;
/** `<cacheId>-<key>` of a sound entry, a link that was there when the cache was opened, and one that came afterwards. */
interface Entries {
  readonly cacheId: number;
  readonly sound: string;
  readonly linked: readonly string[];
}
let volumes: Entries;
let images: Entries;
let view: string;
let listId: string;

const get = async (path: string): Promise<{ readonly status: number; readonly body: string }> => (await attacker.ask({ method: 'GET', path, headers: { host: `127.0.0.1:${served.port}`, cookie } }))!;

/** Puts a link to a sound file outside of the cache in the place of one of its own: if it were followed, a picture would come. */
async function putLink(file: string, outside: string): Promise<void> {
  await copyFile(file, outside);
  await rm(file);
  await symlink(outside, file);
}

async function openWithLinks(directory: string, inner: string, extension: string): Promise<Entries> {
  const files = (await readdir(join(directory, inner))).filter((name) => name.endsWith(extension)).toSorted();
  const [sound, before, after] = files.map((name) => name.slice(0, -extension.length)) as [string, string, string];
  const at = (key: string): string => join(directory, inner, key + extension);
  await putLink(at(before), join(folder, 'outside', `before${extension}`));
  const { isOk, value } = await ask('library.open', { path: directory });
  expect(isOk).toBe(true);
  const { cacheId } = value as { readonly cacheId: number };
  await putLink(at(after), join(folder, 'outside', `after${extension}`));
  return { cacheId, sound: `${cacheId}-${sound}`, linked: [before, after].map((key) => `${cacheId}-${key}`) };
}

beforeAll(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-access-data-')));
  for (const name of ['volumes', 'outside']) await mkdir(join(folder, name));
  for (const name of await readdir(VOLUMES)) if (name.endsWith('.pt')) await copyFile(join(VOLUMES, name), join(folder, 'volumes', name));
  await cp(IMAGES, join(folder, 'images'), { recursive: true });
  for (const name of ['.', 'volumes', 'images']) await writeFile(join(folder, name, 'secret.txt'), SECRET);
  await writeFile(join(folder, 'scan_1.nii'), tinyNifti(1));
  await writeFile(join(folder, 'list.csv'), 'VolumeName\nscan_1.nii.gz\n');
  served = await serve(demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'hf') }), folder);
  attacker = new Attacker(served.port);
  const { pathname, search } = new URL(served.url);
  cookie = (await attacker.ask({ method: 'GET', path: pathname + search, headers: { host: `127.0.0.1:${served.port}` } }))!.cookie!;
  ask = askThrough(await attacker.connect(cookie, served.origin));
  volumes = await openWithLinks(join(folder, 'volumes'), '', '.pt');
  images = await openWithLinks(join(folder, 'images'), 'images', '.png');
  view = ((await ask('dropped.look', { path: join(folder, 'scan_1.nii') })).value as { readonly view: string }).view;
  listId = ((await ask('dropped.look', { path: join(folder, 'list.csv') })).value as { readonly listId: string }).listId;
});
afterAll(async () => {
  attacker.close();
  expect(await served.stop()).toBe(0);
  expect(served.said.filter((line) => line.includes('fault'))).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

const words = [...Object.keys(PICTURE_ROUTES), ...Object.keys(DOCUMENT_ROUTES)];

describe('what the catalog knows', () => {
  it('comes out by its number, on every route', async () => {
    const addresses = [`vol/${volumes.sound}.nii`, `small/${volumes.sound}.nii`, `thumb/${volumes.sound}.png`, `slices/${volumes.sound}.png`, `thumb/${images.sound}.png`, `raw/file-${view}.nii`, `raw-small/file-${view}.nii`, ...DOCUMENT_ROUTES.document.map((name) => `document/${volumes.cacheId}/${name}`), ...DOCUMENT_ROUTES.list.map((name) => `list/${listId}/${name}`)];
    expect(new Set(addresses.map((address) => address.slice(0, address.indexOf('/'))))).toEqual(new Set(words));
    for (const address of addresses) expect((await get(`/_data/${address}`)).status, address).toBe(200);
  });

  it('does not come out where its place is a link out of the cache, whenever that came', async () => {
    for (const { linked } of [volumes, images]) {
      for (const entry of linked) {
        for (const [word, { extension }] of Object.entries(PICTURE_ROUTES)) {
          const { status, body } = await get(`/_data/${word}/${entry}.${extension}`);
          expect([403, 404], `${word}/${entry}: ${status} ${body.slice(0, 200)}`).toContain(status);
          expect(body).not.toContain(join(folder, 'outside'));
        }
      }
    }
    // The files they lead to are as they were.
    expect(await readdir(join(folder, 'outside'))).toHaveLength(4);
  });
});

describe('path tricks around what the catalog knows', () => {
  it.each(words)('lead nowhere on %s', async (word) => {
    const starts = [`/_data/${word}/`, `/_data/${word}/${volumes.sound}`, `/_data/${word}/${volumes.sound}/`, `/_data/${word}/${images.sound}.png/`, `/_data/${word}/${volumes.cacheId}/`, `/_data/${word}/${volumes.cacheId}-`, `/_data/${word}/file-${view}/`, `/_data/${word}/${listId}/`];
    const page = (await get('/')).body;
    for (const start of starts) {
      for (const trick of TRICKS) {
        for (const target of TARGETS) {
          const { status, body } = await get(start + trick.repeat(3) + target);
          if (status === 200) expect(body, start + trick + target).toBe(page);
          else expect([400, 404], `${start}${trick}${target}: ${status}`).toContain(status);
          expect(body).not.toMatch(/root:|SQLite format 3/);
          expect(body).not.toContain(SECRET);
        }
      }
    }
  });

  it('are not needed for nothing: what they look for is there', async () => {
    expect(await readFile(join(folder, 'volumes', 'secret.txt'), 'utf8')).toBe(SECRET);
    expect((await readFile(join(folder, 'data', 'catalog.sqlite'))).toString('latin1', 0, 15)).toBe('SQLite format 3');
  });
});
