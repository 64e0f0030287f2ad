import { createHash } from 'node:crypto';
import { copyFile, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import { cacheLayout, listQuarantine } from '../../../src-main/store/index.ts';
import type { CommandPlace } from '../../../src-renderer/ui/command-places.ts';
import { demoEnvironment } from '../../demo/run-command.ts';
import type { Ended, Side, Twins } from './twins.ts';
import { LONG_MS, NO_SHELL, makeTwins } from './twins.ts';
import { filled, setOption } from './volume-story.ts';
import { chooseOption } from '../choose-option.ts';

const FONTS = ['KhmerOS.ttf', 'KhmerOSmuol.ttf'];
/** Of these the first two lines of two splits are drawn: three, in two fonts. */
const LINES = { train: 'ភាសាខ្មែរ', val: 'ថ្ងៃ\nឆ្នាំ\nខែ', test: 'ទឹក' };
const ENTRIES = 6;

const fonts = findKhmerFonts();
if (fonts === undefined) console.log('Copied commands about images are not run: no Khmer OS fonts on this machine (Debian: apt-get install fonts-khmeros).');

async function makeSide(): Promise<Side> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-copied-')));
  await mkdir(join(folder, 'fonts'));
  await mkdir(join(folder, 'data', 'processed'), { recursive: true });
  for (const font of FONTS) await copyFile(join(fonts!, font), join(folder, 'fonts', font));
  for (const [split, line] of Object.entries(LINES)) await writeFile(join(folder, 'data', 'processed', `${split}.txt`), line);
  return { folder, environment: demoEnvironment(process.env, { data: join(folder, 'larder'), hfHome: join(folder, 'hf') }), remove: () => rm(folder, { recursive: true, force: true }) };
}

// One story, in its order, told twice: by clicks in one folder, by copied commands in the other.
describe.skipIf(NO_SHELL || fonts === undefined)('what a copied command does to images, against the click beside it', () => {
  let twins: Twins<Side>;
  beforeAll(async () => {
    twins = await makeTwins(makeSide);
  });
  afterAll(() => twins?.close());

  const goTo = (link: string) => twins.page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: link }).click();
  const openTab = (name: string) => twins.page.getByRole('tablist', { name: 'Parts of the cache' }).getByRole('tab', { name }).click();
  const button = (name: string | RegExp) => twins.page.getByRole('button', { name, exact: true });
  const toasts = () => twins.page.getByRole('region', { name: 'What was done' });
  const grid = () => twins.page.getByRole('grid', { name: 'Items of synthetic' });
  const cacheOf = ({ folder }: Side) => join(folder, 'data', 'synthetic');

  /** Every picture with the digest of its bytes, every item with its state, and what is set aside. */
  async function standing(side: Side) {
    const pictures = (await readdir(join(cacheOf(side), 'images'))).sort();
    const digests = await Promise.all(pictures.map(async (name) => `${name} ${createHash('sha256').update(await readFile(join(cacheOf(side), 'images', name))).digest('hex')}`));
    const rows = await twins.json(side, 'ls --cache data/synthetic');
    const aside = await listQuarantine(cacheLayout(cacheOf(side)));
    return { digests, states: rows.map(({ key, name, state }) => `${String(key)} ${String(name)} ${String(state)}`).sort(), aside: aside.map(({ file }) => file).sort() };
  }

  async function expectTheSame() {
    const both = await twins.expectSame(standing);
    expect(both.states.filter((state) => !state.endsWith(' foreign'))).toHaveLength(ENTRIES);
    return both;
  }

  async function both(open: string | RegExp, place: CommandPlace, go: string | RegExp, done: RegExp, option?: Parameters<typeof setOption>[1]): Promise<Ended> {
    // The others move up when one goes, and each goes by itself after a while.
    const buttons = toasts().getByRole('button', { name: 'Dismiss' });
    while ((await buttons.count()) > 0) await buttons.first().click({ timeout: 2_000 }).catch(() => undefined);
    await button(open).click();
    const dialog = twins.page.getByRole('dialog');
    await setOption(dialog, option);
    const goes = dialog.getByRole('button', { name: go, exact: true });
    await expect.poll(() => goes.isEnabled(), { timeout: LONG_MS }).toBe(true);
    const ended = await twins.type(place);
    await goes.click();
    await toasts().getByText(done).waitFor({ timeout: LONG_MS });
    return ended;
  }

  it('pregenerate: the same pictures, byte for byte, and the same index', async () => {
    await twins.page.goto(`${twins.served.origin}/#/new`);
    await twins.page.getByRole('textbox', { name: 'Corpus folder' }).fill(join(twins.clicked.folder, 'data', 'processed'));
    await twins.page.getByRole('slider', { name: 'Height' }).fill('48');
    await twins.page.getByRole('checkbox', { name: 'test' }).uncheck();
    await twins.page.getByRole('textbox', { name: /^Lines/ }).fill('2');
    await chooseOption(twins.page.getByLabel('Index'), 'slim');
    const ended = await twins.type('new: images');
    expect([ended.exitCode, ended.stdout]).toEqual([0, expect.stringContaining(`Rendered ${ENTRIES} images`)]);
    await button('Write the config and show a line').click();
    await button('Plan').click();
    // A config that was only a text is a file of the page's own data folder; the other side gets it as it is.
    await button(`Generate ${ENTRIES} entries`).click();
    await twins.page.getByRole('button', { name: `cached ${ENTRIES}` }).waitFor({ timeout: LONG_MS });
    await giveConfigs();
    await expectTheSame();
    const index = async (side: Side) => Object.entries(JSON.parse(await readFile(join(cacheOf(side), 'cache_index.json'), 'utf8')) as object).sort();
    expect((await twins.expectSame(index)).map(([, value]) => value as unknown)).toEqual(Array.from({ length: ENTRIES }, () => ({})));
  });

  it.each([
    ['Everything', '5 sound, 1 damaged'],
    ['What changed', '5 sound, 1 damaged'],
    ['Structure only', '5 sound, 1 damaged'],
  ])('verify, %s: finds a picture that was changed in both', async (depth, said) => {
    const [name] = (await readdir(join(cacheOf(twins.clicked), 'images'))).sort();
    for (const side of [twins.clicked, twins.typed]) await writeFile(join(cacheOf(side), 'images', name!), 'no picture any more');
    const ended = await both('Verify', 'cache: verify', 'Verify', /5 sound, 1 damaged/, depth);
    expect([ended.exitCode, ended.stdout]).toEqual([1, expect.stringContaining(said)]);
    await expectTheSame();
  });

  it('fix, by the structure alone: set aside, and drawn again as it was', async () => {
    const ended = await both(/^Fix 1$/, 'cache: fix', 'Fix 1', /1 entry made again/, filled({}, undefined, { 'Verify first': 'Structure only' }));
    expect([ended.exitCode, ended.stdout]).toEqual([0, expect.stringContaining('1 entry made again')]);
    const { digests, aside } = await expectTheSame();
    expect([digests.length, aside.length > 0]).toEqual([ENTRIES, true]);
  });

  it('fix that draws again what is only out of date: every picture of a font that has changed', async () => {
    const before = await standing(twins.clicked);
    for (const side of [twins.clicked, twins.typed]) await copyFile(join(fonts!, 'KhmerOSbattambang.ttf'), join(side.folder, 'fonts', FONTS[1]!));
    const ended = await both('Fix …', 'cache: fix', 'Verify and fix', /3 entries made again/, (dialog) => dialog.getByRole('checkbox', { name: /^Draw again/ }).check());
    expect([ended.exitCode, ended.stdout]).toEqual([0, expect.stringContaining('3 entries made again')]);
    const { digests } = await expectTheSame();
    expect(digests.filter((one) => !before.digests.includes(one))).toHaveLength(ENTRIES / FONTS.length);
  });

  it('clear of chosen lines, then generate', async () => {
    await grid().getByRole('row').nth(1).click();
    await grid().getByRole('row').nth(2).click({ modifiers: ['Shift'] });
    expect((await both(/^Clear 2 …$/, 'cache: clear', 'Set aside 2', /2 entries .* set aside/)).exitCode).toBe(0);
    expect((await expectTheSame()).digests).toHaveLength(ENTRIES - 2);
    expect((await both(/^Generate 2$/, 'cache: generate', 'Generate 2', /2 entries made/)).exitCode).toBe(0);
    expect((await expectTheSame()).digests).toHaveLength(ENTRIES);
  });

  it('clear, on the Storage screen: of a split aside, of a state for good; drawn again each time', async () => {
    for (const [grouping, name] of [['split', 'train'], ['state', 'cached']] as const) {
      await goTo('Storage');
      await twins.page.getByRole('radio', { name: grouping }).check({ force: true });
      const count = name === 'train' ? FONTS.length : ENTRIES;
      const ended = name === 'train' ? await both('Clear train …', 'storage: clear', `Set aside ${count}`, /2 entries .* set aside/) : await both('Clear cached …', 'storage: clear', `Delete ${count} for good`, /6 entries .* deleted for good/, 'Delete for good');
      expect(ended.exitCode).toBe(0);
      expect((await expectTheSame()).digests).toHaveLength(ENTRIES - count);
      await goTo('synthetic');
      expect((await both(`Generate ${count}`, 'cache: generate', `Generate ${count}`, new RegExp(`${count} entries made`))).exitCode).toBe(0);
      expect((await expectTheSame()).digests).toHaveLength(ENTRIES);
    }
  });

  it('what is shown and written: the list, a line, the numbers, the map', async () => {
    const key = /^[0-9a-f]+/.exec((await readdir(join(cacheOf(twins.clicked), 'images')))[0]!)![0];
    await twins.page.getByRole('searchbox').fill(key.slice(0, 8));
    await expect.poll(() => grid().getByRole('row').count()).toBe(2);
    expect(JSON.parse((await twins.type('items: list', { flags: ' --json' })).stdout)).toMatchObject({ key });
    await grid().getByRole('row').nth(1).click();
    await twins.page.waitForURL(new RegExp(`/items/${key}$`));
    expect(JSON.parse((await twins.type('items: entry', { flags: ' --json' })).stdout)).toMatchObject({ key, kind: 'image' });
    await button('Export …').click();
    expect((await twins.type('cache: export')).exitCode).toBe(0);
    const download = twins.page.waitForEvent('download');
    await button('Save hash_map.json').click();
    expect(await readFile(join(twins.typed.folder, 'hash_map.json'), 'utf8')).toBe(await readFile(await (await download).path(), 'utf8'));
    await openTab('Parameters');
    expect(JSON.parse((await twins.type('parameters: numbers', { flags: ' --json' })).stdout)).toMatchObject({ kind: 'image', files: ENTRIES });
  });

  it('without a config: verified and fixed with the folders of its fonts and its lines', async () => {
    const loose = (side: Side) => join(side.folder, 'loose');
    for (const side of [twins.clicked, twins.typed]) {
      await cp(cacheOf(side), loose(side), { recursive: true });
      await rm(join(loose(side), '.larder'), { recursive: true, force: true });
      const [name] = (await readdir(join(loose(side), 'images'))).sort();
      await writeFile(join(loose(side), 'images', name!), 'no picture any more');
      // By this name it would be a cache of volumes.
      await writeFile(join(loose(side), `${'0'.repeat(32)}.pt`), 'of somebody else');
    }
    await twins.page.goto(`${twins.served.origin}/#/new`);
    await twins.page.getByRole('textbox', { name: 'Folder on the server' }).fill(loose(twins.clicked));
    await chooseOption(twins.page.getByLabel('Kind', { exact: true }), 'images of text');
    expect((await twins.type('new: folder')).stdout).toContain('by font');
    await button('Open').click();
    await twins.page.getByRole('heading', { name: 'loose' }).waitFor();
    await openTab('Parameters');
    await twins.page.getByRole('textbox', { name: 'Corpus folder' }).fill(join(twins.clicked.folder, 'data', 'processed'));
    await button('Count by split').click();
    const { breakdown } = JSON.parse((await twins.type('parameters: numbers', { flags: ' --json' })).stdout) as { readonly breakdown: Readonly<Record<'split', Readonly<Record<string, number>>>> };
    const bySplit = twins.page.getByRole('table').filter({ has: twins.page.getByRole('columnheader', { name: 'Split' }) }).getByRole('row');
    await expect.poll(() => bySplit.count()).toBe(3);
    twins.expectShown(Object.entries(breakdown.split).map(([split, count]) => `${split} ${count}`), (await bySplit.allInnerTexts()).slice(1).map((row) => row.replaceAll(/\s+/g, ' ')));
    await openTab('Items');
    const fonts = join(twins.clicked.folder, 'fonts');
    const verified = await both('Verify', 'cache: verify', 'Verify', /5 sound, 1 damaged/, filled({ 'Fonts folder': fonts, Workers: '1' }));
    expect(verified.stdout).toContain('5 sound, 1 damaged');
    const fixed = await both(/^Fix 1$/, 'cache: fix', 'Fix 1', /1 entry made again/, filled({ 'Corpus folder': join(twins.clicked.folder, 'data', 'processed'), 'Fonts folder': fonts, Workers: '1' }, 'Delete for good'));
    expect([fixed.exitCode, fixed.stdout]).toEqual([0, expect.stringContaining('1 entry made again')]);
    expect(await toasts().getByRole('button', { name: 'Undo' }).count()).toBe(0);
    const now = await twins.expectSame(async (side) => {
      const names = (await readdir(join(loose(side), 'images'))).sort();
      const pictures = await Promise.all(names.map((name) => readFile(join(loose(side), 'images', name), 'base64')));
      return { names, pictures, aside: (await twins.json(side, 'quarantine ls --cache loose')).map(({ file }) => file) };
    });
    // Of the index alone a copy is kept; the picture is gone.
    expect([now.names.length, now.aside]).toEqual([ENTRIES, ['cache_index.json']]);
  });

  it('leaves no place of these screens out', () => twins.expectAllRun('images'));

  async function giveConfigs(): Promise<void> {
    const from = join(twins.clicked.folder, 'larder', 'configs');
    const to = join(twins.typed.folder, 'larder', 'configs');
    await mkdir(to, { recursive: true });
    for (const name of await readdir(from)) await writeFile(join(to, name), (await readFile(join(from, name), 'utf8')).replaceAll(twins.clicked.folder, twins.typed.folder));
  }
});
