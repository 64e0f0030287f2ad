import { cp, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SampleLibrary } from '../sample-library.ts';
import { makeSampleLibrary } from '../sample-library.ts';
import type { Ended, Twins } from './twins.ts';
import { NO_SHELL, makeTwins } from './twins.ts';

interface Shown {
  readonly type: string;
  readonly key: string;
  readonly name: string | null;
}

// What is looked at and what is written beside a cache; nothing here changes an entry.
describe.skipIf(NO_SHELL)('what a copied command shows and writes, against the screen beside it', () => {
  let twins: Twins<SampleLibrary>;
  beforeAll(async () => {
    twins = await makeTwins(makeSampleLibrary);
    await goTo('sample-chest');
  });
  afterAll(() => twins?.close());

  const grid = () => twins.page.getByRole('grid', { name: 'Items of sample-chest' });
  const toasts = () => twins.page.getByRole('status', { name: 'What was done' });
  const goTo = (link: string) => twins.page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: link }).click();
  const objects = <T>({ stdout }: Ended): readonly T[] => stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);
  const texts = async (rows: Locator): Promise<readonly string[]> => (await rows.allInnerTexts()).slice(1);

  it.each([
    ['all of them', async () => undefined, 4],
    ['by state', () => twins.page.getByRole('button', { name: /^damaged 1/ }).click(), 1],
    ['by a part of the name', () => twins.page.getByRole('searchbox').fill('train'), 2],
    ['by size, the largest first', () => twins.page.getByRole('columnheader', { name: 'Size' }).getByRole('button').click(), 4],
  ])('items: %s', async (_what, filter, count) => {
    await twins.page.reload();
    await filter();
    await expect.poll(() => grid().getByRole('row').count()).toBe(count + 1);
    const listed = objects<Shown>(await twins.type('items: list', { flags: ' --json' }));
    const rows = await texts(grid().getByRole('row'));
    expect(listed).toHaveLength(count);
    for (const [index, { name }] of listed.entries()) expect(rows[index]).toContain(name);
  });

  it('an entry: the one whose inspector it is', async () => {
    await twins.page.reload();
    await grid().getByRole('row').nth(1).click();
    await twins.page.waitForURL(/\/items\/[0-9a-f]{32}$/);
    const key = twins.page.url().split('/').at(-1);
    const [detail] = objects<Shown>(await twins.type('items: entry', { flags: ' --json' }));
    expect(detail?.key).toBe(key);
    await twins.page.getByRole('complementary', { name: detail!.name! }).waitFor();
    const [other] = await twins.json(twins.clicked, `show ${key} --config ${twins.clicked.project.configPath}`);
    expect(timeless(JSON.stringify(detail), twins.typed.folder)).toEqual(timeless(JSON.stringify(other), twins.clicked.folder));
  });

  it('parameters: the same, value for value', async () => {
    await twins.page.getByRole('navigation', { name: 'Parts of the cache' }).getByRole('link', { name: 'Parameters' }).click();
    const [stats] = objects<{ readonly parameters: readonly { readonly name: string; readonly value: string }[] }>(await twins.type('parameters: numbers', { flags: ' --json' }));
    expect(stats!.parameters.length).toBeGreaterThan(3);
    for (const { name, value } of stats!.parameters) expect(await twins.page.getByRole('row', { name: `${name} ${value}` }).count(), name).toBe(1);
  });

  it.each([
    ['Hash map as JSON', 'hash_map.json'],
    ['Hash map as CSV', 'hash_map.csv'],
    ['Everything known, as JSON', 'cache_info.json'],
    ['Every item as a table', 'cache_info.csv'],
    ['Every item as a line of JSON', 'cache_info.jsonl'],
  ])('export: %s', async (option, name) => {
    await twins.page.getByRole('button', { name: 'Export …' }).click();
    const dialog = twins.page.getByRole('dialog', { name: 'Export sample-chest' });
    await dialog.getByRole('radio', { name: option }).check();
    expect((await twins.type('cache: export')).exitCode).toBe(0);
    const download = twins.page.waitForEvent('download');
    await dialog.getByRole('button', { name: `Save ${name}` }).click();
    const saved = await download;
    expect(saved.suggestedFilename()).toBe(name);
    const [clicked, typed] = await Promise.all([readFile(await saved.path(), 'utf8'), readFile(join(twins.typed.folder, name), 'utf8')]);
    expect(clicked).toContain('train_1_a_1.nii.gz');
    if (name.startsWith('hash_map')) expect(typed).toBe(clicked);
    else if (name === 'cache_info.csv') expect(typed.split('\n').map((line) => line.split(',').slice(0, 3))).toEqual(clicked.split('\n').map((line) => line.split(',').slice(0, 3)));
    else if (name === 'cache_info.jsonl') expect(timeless(`[${typed.trim().replaceAll('\n', ',')}]`, twins.typed.folder)).toEqual(timeless(`[${clicked.trim().replaceAll('\n', ',')}]`, twins.clicked.folder));
    else expect(timeless(typed, twins.typed.folder)).toEqual(timeless(clicked, twins.clicked.folder));
  });

  it('a list: which hash is which volume', async () => {
    await lookAt(twins.clicked.project.trainCsvPath);
    const dialog = twins.page.getByRole('dialog');
    expect((await twins.type('dropped: list')).exitCode).toBe(0);
    const map = JSON.parse(await readFile(join(twins.typed.folder, 'hash_map.json'), 'utf8')) as Readonly<Record<string, string>>;
    const rows = await dialog.getByRole('row').evaluateAll((all) => all.slice(1).map((row) => (row as unknown as { innerText: string }).innerText.split(/\s+/)));
    expect(Object.fromEntries(rows.map(([volume, key]) => [key, volume]))).toEqual(map);
    await twins.page.keyboard.press('Escape');
  });

  it('an entry that was dropped: the one it is', async () => {
    const file = (await readdir(twins.clicked.directory)).find((name) => name.endsWith('.pt'))!;
    await lookAt(join(twins.clicked.directory, file));
    const [detail] = objects<Shown>(await twins.type('dropped: entry', { flags: ' --json' }));
    expect(`${detail?.key}.pt`).toBe(file);
    await twins.page.keyboard.press('Escape');
  });

  it('settings: kept the same, shown the same', async () => {
    await goTo('Settings');
    await twins.page.getByLabel('Workers').fill('2');
    await twins.page.keyboard.press('Enter');
    await twins.page.getByText('✓ Kept').waitFor();
    expect((await twins.type('settings: one')).exitCode).toBe(0);
    const [typed] = objects<object>(await twins.type('settings: all', { flags: ' --json' }));
    const [clicked] = await twins.json(twins.clicked, 'settings');
    const told = (settings: unknown, folder: string): unknown => JSON.parse(JSON.stringify(settings).replaceAll(folder, 'FOLDER'), (key, value: unknown) => (key === 'availableBytes' ? undefined : value));
    expect(told(typed, twins.typed.folder)).toEqual(told(clicked, twins.clicked.folder));
  });

  it('previews: gone in both', async () => {
    const previews = (side: SampleLibrary) => join(side.folder, 'data', 'previews');
    expect(await filesIn(previews(twins.clicked))).not.toEqual([]);
    await cp(previews(twins.clicked), previews(twins.typed), { recursive: true });
    await goTo('Storage');
    await twins.page.getByRole('button', { name: 'Clear previews …' }).click();
    expect((await twins.type('storage: previews')).exitCode).toBe(0);
    await twins.page.getByRole('dialog').getByRole('button', { name: 'Clear', exact: true }).click();
    await toasts().getByText(/previews? removed/).waitFor();
    expect([await filesIn(previews(twins.clicked)), await filesIn(previews(twins.typed))]).toEqual([[], []]);
  });

  it('the palette: every command it offers runs, and an entry is the one it says', async () => {
    await mkdir(join(twins.typed.folder, 'configs'));
    await cp(twins.typed.project.configPath, join(twins.typed.folder, 'configs', 'config.yaml'));
    await twins.page.keyboard.press('Control+k');
    const palette = twins.page.getByRole('dialog', { name: 'Command palette' });
    const options = palette.getByRole('option');
    const offered: string[] = [];
    for (let index = 0; index < (await options.count()); index += 1) {
      await options.nth(index).hover();
      const line = twins.shown('palette: chosen');
      if (!(await line.isVisible())) continue;
      const text = await line.locator('code').innerText();
      const { exitCode } = await twins.type('palette: chosen');
      // Verify says by its code that something was found, as it was in this cache.
      const codes = !text.startsWith('larder verify') ? [0] : text.includes(twins.clicked.project.configPath) ? [1] : [0, 1];
      expect(codes, text).toContain(exitCode);
      offered.push(text.split(' ').slice(0, 2).join(' '));
    }
    expect(new Set(offered)).toEqual(new Set(['larder jobs', 'larder plan', 'larder settings', 'larder ls', 'larder stats', 'larder verify']));
    await palette.getByRole('combobox').fill('train_1_a_1');
    await options.filter({ hasText: 'train_1_a_1.nii.gz' }).hover();
    const [detail] = objects<Shown>(await twins.type('palette: chosen', { flags: ' --json' }));
    expect(detail?.name).toBe('train_1_a_1.nii.gz');
  });

  it('leaves no place of these screens out', () => twins.expectAllRun('looks'));

  async function lookAt(path: string): Promise<void> {
    await twins.page.keyboard.press('Control+k');
    await twins.page.keyboard.type('look at a file');
    await twins.page.keyboard.press('Enter');
    await twins.page.getByRole('dialog', { name: 'Look at a file or folder' }).getByLabel('Path on the server').fill(path);
    await twins.page.keyboard.press('Enter');
  }
});

/** Without times, what was measured, numbers of rows, and what follows from the absolute path of the folder. */
function timeless(text: string, folder: string): unknown {
  const dropped = /(?:AtMs|Seconds|At|Bytes|Ms)$|^(?:crc|digest|id|jobId)$/;
  return JSON.parse(text.replaceAll(folder, 'FOLDER'), (key, value: unknown) => (dropped.test(key) ? undefined : value));
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile()).map((entry) => entry.name);
}
