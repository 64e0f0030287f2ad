import { cp, mkdir, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EntryDetail, JobSummary, VerifyResult } from '../../../src-main/contract/commands.ts';
import type { EntrySummary } from '../../../src-main/contract/entries.ts';
import type { Settings } from '../../../src-main/contract/settings.ts';
import type { VolumeFileFacts } from '../../../src-main/kinds/volume/contract.ts';
import { formatValue } from '../../../src-renderer/kinds/volume/location.ts';
import { formatBytes } from '../../../src-renderer/lib/format.ts';
import type { SampleLibrary } from '../sample-library.ts';
import { makeSampleLibrary } from '../sample-library.ts';
import type { Ended, Twins } from './twins.ts';
import { LONG_MS, NO_SHELL, makeTwins } from './twins.ts';


/** What an element of the page can be asked; there are no types of the page here. */
interface Queried {
  querySelectorAll(name: string): Iterable<{ readonly textContent: string }>;
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
  const toasts = () => twins.page.getByRole('region', { name: 'What was done' });
  const goTo = (link: string) => twins.page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: link }).click();
  const objects = <T>({ stdout }: Ended): readonly T[] => stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as T);

  it.each([
    ['all of them', async () => undefined, 4],
    ['by state', () => twins.page.getByRole('button', { name: /^damaged 1/ }).click(), 1],
    ['by a part of the name', () => twins.page.getByRole('searchbox').fill('train'), 2],
    [
      'by size and age',
      async () => {
        await twins.page.getByRole('button', { name: 'Size and age' }).click();
        await twins.page.getByLabel('At least').fill('1kB');
        await twins.page.getByLabel('At most').fill('10 MB');
        await twins.page.getByLabel('Made within the last').fill('12h');
        await twins.page.getByLabel('Made longer ago than').fill('0s');
      },
      3,
    ],
    ['by size, the largest first', () => twins.page.getByRole('columnheader', { name: 'Size' }).getByRole('button').click(), 4],
  ])('items: %s', async (_what, filter, count) => {
    await twins.page.reload();
    await filter();
    await expect.poll(() => grid().getByRole('row').count()).toBe(count + 1);
    const listed = objects<EntrySummary>(await twins.type('items: list', { flags: ' --json' }));
    expect(listed).toHaveLength(count);
    const cells = await grid().getByRole('row').evaluateAll((rows) => rows.slice(1).map((row) => Array.from((row as unknown as { children: Iterable<{ innerText: string }> }).children, (cell) => cell.innerText.trim())));
    twins.expectShown(
      listed.map(({ name, key, file, state, shape, dtype, sizeBytes }) => [name!, key.slice(0, 8), state, (file === null ? null : shape)?.join('×') ?? '–', (file === null ? null : dtype) ?? '–', sizeBytes === null ? '–' : formatBytes(sizeBytes)]),
      cells.map((row) => shownRow(row)),
    );
  });

  it('an entry: everything the inspector shows of it', async () => {
    await twins.page.reload();
    await grid().getByRole('row').filter({ hasText: 'cached' }).first().click();
    await twins.page.waitForURL(/\/items\/[0-9a-f]{32}$/);
    const key = twins.page.url().split('/').at(-1);
    const [detail] = objects<EntryDetail>(await twins.type('items: entry', { flags: ' --json' }));
    const file = detail!.fileFacts as unknown as VolumeFileFacts;
    const inspector = twins.page.getByRole('complementary', { name: detail!.name! });
    await inspector.getByText('✓ all checksums agree').waitFor();
    // In one look: what the viewer of the volume says of it may come between two.
    const [terms, words] = await inspector.evaluate((panel) => ['dt', 'dd'].map((name) => Array.from((panel as unknown as Queried).querySelectorAll(name), (each) => each.textContent)));
    const facts = new Map(zip(terms!, words!));
    const records = await inspector.locator('table').last().locator('tbody tr').evaluateAll((rows) => rows.map((row) => Array.from((row as unknown as { children: Iterable<{ textContent: string }> }).children, (cell) => cell.textContent).join(' ')));
    const known = (text: string): boolean => !OF_ITS_FOLDER.test(text.split(' ')[0]!);
    const { min, max, mean } = file.statistics!;
    twins.expectShown(
      {
        key: detail!.key,
        Tensor: `${file.facts!.shape!.join(' × ')} ${file.facts!.dtype}`,
        Values: `${formatValue(min!)} to ${formatValue(max!)}, mean ${formatValue(mean!)}`,
        Spacing: `${file.geometry!.spacing.map((step) => step.toFixed(3)).join(' × ')} mm`,
        Size: formatBytes(detail!.sizeBytes!),
        Split: detail!.split,
        Source: `${detail!.source!.repository} @ ${detail!.source!.revision!.slice(0, 7)}${detail!.source!.repositoryPath}`,
        parameters: detail!.parameters.map(({ name, value }) => [name, value]),
        records: file.records.map(({ name, size, crc }) => `${name} ${formatBytes(size)} ${crc.toString(16).padStart(8, '0')}`).filter(known),
      },
      {
        key,
        ...Object.fromEntries(['Tensor', 'Values', 'Spacing', 'Size', 'Split', 'Source'].map((name) => [name, facts.get(name)])),
        parameters: detail!.parameters.map(({ name }) => [name, facts.get(name)]),
        records: records.filter(known),
      },
    );
    const [other] = await twins.json(twins.clicked, `show ${key} --config ${twins.clicked.project.configPath}`);
    expect(comparable(JSON.stringify(detail), twins.typed)).toEqual(comparable(JSON.stringify(other), twins.clicked));
  });

  it('parameters: the same, value for value', async () => {
    await twins.page.getByRole('tablist', { name: 'Parts of the cache' }).getByRole('tab', { name: 'Parameters' }).click();
    const [stats] = objects<{ readonly parameters: readonly { readonly name: string; readonly value: string }[] }>(await twins.type('parameters: numbers', { flags: ' --json' }));
    expect(stats!.parameters.length).toBeGreaterThan(3);
    const table = twins.page.getByRole('table').first().locator('tbody tr');
    await table.first().waitFor();
    const rows = await table.evaluateAll((all) => all.map((row) => Array.from((row as unknown as { children: Iterable<{ innerText: string }> }).children, (cell) => cell.innerText.trim()).slice(0, 2)));
    twins.expectShown(stats!.parameters.map(({ name, value }) => [name, value]), rows);
  });

  it('export of all that a state leaves in the list', async () => {
    await twins.page.getByRole('tablist', { name: 'Parts of the cache' }).getByRole('tab', { name: 'Items' }).click();
    await twins.page.getByRole('button', { name: /^missing/i }).click();
    const rows = twins.page.getByRole('grid').getByRole('row');
    await expect.poll(() => rows.count()).toBe(2);
    await rows.nth(1).click({ modifiers: ['Control'] });
    await twins.page.keyboard.press('Control+a');
    await twins.page.getByRole('button', { name: 'All 1 that match' }).click();
    await twins.page.getByRole('region', { name: 'Chosen items' }).getByRole('button', { name: 'Export …' }).click();
    const dialog = twins.page.getByRole('dialog', { name: 'Export 1 of sample-chest' });
    await dialog.getByRole('radio', { name: 'Every item as a table' }).check();
    expect((await twins.type('cache: export')).exitCode).toBe(0);
    const download = twins.page.waitForEvent('download');
    await dialog.getByRole('button', { name: 'Save cache_info.csv' }).click();
    const [clicked, typed] = await Promise.all([download.then((saved) => saved.path()).then((path) => readFile(path, 'utf8')), readFile(join(twins.typed.folder, 'cache_info.csv'), 'utf8')]);
    const named = (text: string): readonly string[] => text.trim().split('\n').map((line) => /[^,]*\.nii\.gz/.exec(line)?.[0] ?? '');
    expect(named(clicked)).toHaveLength(2);
    twins.expectShown(named(typed), named(clicked));
    await twins.page.getByRole('button', { name: /^All 4/ }).click();
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
    const said = (text: string, side: SampleLibrary): unknown => {
      if (name.startsWith('hash_map')) return text;
      if (name === 'cache_info.csv') return text.split('\n').map((line) => line.split(',').slice(0, 3));
      return comparable(name.endsWith('.jsonl') ? `[${text.trim().replaceAll('\n', ',')}]` : text, side);
    };
    twins.expectShown(said(typed, twins.typed), said(clicked, twins.clicked));
  });

  it('a list: which hash is which volume', async () => {
    await lookAt(twins.clicked.project.trainCsvPath);
    const dialog = twins.page.getByRole('dialog');
    expect((await twins.type('dropped: list')).exitCode).toBe(0);
    const map = JSON.parse(await readFile(join(twins.typed.folder, 'hash_map.json'), 'utf8')) as Readonly<Record<string, string>>;
    const rows = await dialog.getByRole('row').evaluateAll((all) => all.slice(1).map((row) => (row as unknown as { innerText: string }).innerText.split(/\s+/)));
    twins.expectShown(map, Object.fromEntries(rows.map(([volume, key]) => [key!, volume!])));
    await twins.page.keyboard.press('Escape');
  });

  it('an entry that was dropped: what its file says', async () => {
    const [sound] = (await twins.json(twins.clicked, `ls --state cached --config ${twins.clicked.project.configPath}`)) as unknown as readonly EntrySummary[];
    await lookAt(join(twins.clicked.directory, sound!.file!));
    const dialog = twins.page.getByRole('dialog');
    const [detail] = objects<EntryDetail>(await twins.type('dropped: entry', { flags: ' --json' }));
    const { statistics, facts: said } = detail!.fileFacts as unknown as VolumeFileFacts;
    const facts = new Map(zip(await dialog.locator('dt').allInnerTexts(), await dialog.locator('dd').allInnerTexts()));
    twins.expectShown(
      [sound!.file, detail!.state, said!.shape!.join(' × '), said!.dtype, detail!.sizeBytes!.toLocaleString('en-US'), `${statistics!.min!.toPrecision(5)} to ${statistics!.max!.toPrecision(5)}, mean ${statistics!.mean!.toPrecision(5)}`, said!.filenameOrObj!.replace(twins.typed.folder, '')],
      [`${detail!.key}.pt`, (await dialog.getByRole('list', { name: 'Known caches' }).innerText()).split(', ').at(-1), facts.get('Shape'), facts.get('Elements'), facts.get('Bytes'), facts.get('Values'), facts.get('Made from')?.replace(twins.clicked.folder, '')],
    );
    await twins.page.keyboard.press('Escape');
  });

  it('a folder that was dropped: in both libraries, and untouched', async () => {
    const folder = (side: SampleLibrary) => side.foreignDirectory;
    const before = await readdir(folder(twins.clicked));
    await lookAt(folder(twins.clicked));
    await toasts().getByText('is in the library now').waitFor();
    expect((await twins.type('dropped: folder')).exitCode).toBe(0);
    await twins.expectSame(async (side) => {
      const { files, bytes, states } = (await twins.json(side, `stats --cache '${folder(side)}'`))[0]!;
      return { files, bytes, states, names: await readdir(folder(side)) };
    });
    expect(await readdir(folder(twins.typed))).toEqual(before);
    await goTo('sample-chest');
  });

  it('settings: kept the same, shown the same', async () => {
    await goTo('Settings');
    await twins.page.getByRole('textbox', { name: 'Workers' }).fill('2');
    await twins.page.keyboard.press('Enter');
    await twins.page.getByText('✓ Kept').waitFor();
    expect((await twins.type('settings: one')).exitCode).toBe(0);
    const [typed] = objects<object>(await twins.type('settings: all', { flags: ' --json' }));
    const [clicked] = await twins.json(twins.clicked, 'settings');
    const told = (settings: unknown, folder: string): unknown => JSON.parse(JSON.stringify(settings).replaceAll(folder, 'FOLDER'), (key, value: unknown) => (key === 'availableBytes' ? undefined : value));
    twins.expectShown(told(typed, twins.typed.folder), told(clicked, twins.clicked.folder));
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
    expect(await twins.expectSame((side) => filesIn(previews(side)))).toEqual([]);
  });

  it('the palette: every command it offers says what the screen behind it shows, and verifies as its click does', async () => {
    await mkdir(join(twins.typed.folder, 'configs'));
    await cp(twins.typed.project.configPath, join(twins.typed.folder, 'configs', 'config.yaml'));
    await twins.page.keyboard.press('Control+k');
    const palette = twins.page.getByRole('dialog', { name: 'Command palette' });
    const options = palette.getByRole('option');
    const line = twins.shown('palette: chosen');
    const said = new Map<string, Ended>();
    // It shows the first dozen of what fits, so that a second cache is asked for by its name.
    for (const words of ['', 'from python', 'sample-chest']) {
      await palette.getByRole('combobox').fill(words);
      for (let index = 0; index < (await options.count()); index += 1) {
        await options.nth(index).hover();
        if (!(await line.isVisible())) continue;
        const text = (await line.locator('code').innerText()).replaceAll(twins.clicked.folder, 'FOLDER');
        // Verify is run beside its click, below.
        if (text.startsWith('larder verify') || said.has(text)) continue;
        // What the library hears meanwhile may bring another row here: what counts is what was copied.
        const typed = await twins.type('palette: chosen', { flags: ' --json' });
        said.set(typed.line.replaceAll(twins.clicked.folder, 'FOLDER'), typed);
      }
    }
    const config = 'FOLDER/config.yaml';
    const cache = `'${twins.clicked.foreignDirectory.replace(twins.clicked.folder, 'FOLDER')}'`;
    expect(new Set(said.keys())).toEqual(new Set(['larder jobs ls', 'larder plan --config configs/config.yaml', 'larder settings', ...['ls', 'stats'].flatMap((verb) => [`larder ${verb} --config ${config}`, `larder ${verb} --cache ${cache}`])]));
    for (const [text, there] of said) {
      const here = await twins.shell(twins.clicked, `${text.replaceAll('FOLDER', twins.clicked.folder).replace('configs/', '')} --json`);
      const told = ({ stdout }: Ended, side: SampleLibrary): unknown => comparable(`[${stdout.trim().replaceAll('\n', ',')}]`, side);
      // Each side has jobs of its own, from its own clicks and commands.
      if (text === 'larder jobs ls') expect(objects<JobSummary>(there).map(({ command }) => command)).toContain('verify');
      else expect(told(there, twins.typed), text).toEqual(told(here, twins.clicked));
    }
    await palette.getByRole('combobox').fill('train_1_a_1');
    await options.filter({ hasText: 'train_1_a_1.nii.gz' }).hover();
    const [detail] = objects<EntryDetail>(await twins.type('palette: chosen', { flags: ' --json' }));
    twins.expectShown(`${detail!.name} ${detail!.key.slice(0, 8)} · ${detail!.state} · sample-chest`, (await options.filter({ hasText: 'train_1_a_1.nii.gz' }).innerText()).replace(/^Entries\s+/, '').replaceAll(/\s+/g, ' '));
    await palette.getByRole('combobox').fill('Verify sample-chest');
    await options.filter({ hasText: 'Verify sample-chest' }).hover();
    expect((await twins.type('palette: chosen')).exitCode).toBe(1);
    const verified = twins.page.getByRole('article', { name: /^verify sample-chest/ }).filter({ hasText: /\d sound/ });
    await twins.page.keyboard.press('Escape');
    await goTo('Jobs');
    // The whole list is drawn at once.
    await verified.first().waitFor();
    const before = await verified.count();
    await twins.page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill('Verify sample-chest');
    await options.filter({ hasText: 'Verify sample-chest' }).click();
    await expect.poll(() => verified.count(), { timeout: LONG_MS }).toBe(before + 1);
    await twins.expectSame(async (side) => {
      const [job] = (await twins.json(side, 'jobs ls')) as unknown as readonly JobSummary[];
      const { entries, sound, damaged, missing, bytes, byCode } = job!.result as unknown as VerifyResult;
      return { command: job!.command, entries, sound, damaged, missing, bytes, byCode };
    });
    await twins.page.keyboard.press('Control+k');
    await palette.getByRole('combobox').fill('theme light');
    expect((await twins.type('palette: chosen')).exitCode).toBe(0);
    await options.filter({ hasText: 'Theme: light' }).click();
    await palette.waitFor({ state: 'detached' });
    expect(await twins.expectSame(async (side) => ((await twins.json(side, 'settings'))[0]!['settings'] as Settings).theme)).toBe('light');
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

/** Records whose content names the folder: the pickle holds the path of the raw file, and the id follows from all others. */
const OF_ITS_FOLDER = /^data\.pkl$|serialization_id$/;

/** Without times, what was measured, numbers of rows, ports, and what follows from the path of the folder: digests of whole files, checksums of the records that hold it. */
function comparable(text: string, side: SampleLibrary): unknown {
  const dropped = /(?:AtMs|Seconds|At|Ms)$|^(?:freeBytes|availableBytes|budgetBytes|perWorkerBytes|workersThatFit|digest|id|jobId|record|configPath)$/;
  const plain = text.replaceAll(side.folder, 'FOLDER').replaceAll(new URL(side.hub.endpoint).host, 'HUB');
  return JSON.parse(plain, (key, value: unknown) => {
    if (dropped.test(key)) return undefined;
    if (typeof value !== 'object' || value === null || !('crc' in value) || !OF_ITS_FOLDER.test(String((value as { readonly name?: unknown }).name))) return value;
    const { crc: _crc, ...rest } = value;
    return rest;
  });
}

function zip<A, B>(names: readonly A[], values: readonly B[]): readonly (readonly [A, B])[] {
  return names.map((name, index) => [name, values[index]!]);
}

/** Cells of a row of the table, from the name on, without marks, times and what is only for pictures. */
function shownRow(cells: readonly string[]): string[] {
  const [, name = '', key = '', state = '', shape = '', dtype = '', size = ''] = cells;
  return [name, key, state.replace(/^\W+/, ''), shape, dtype, size];
}

async function filesIn(folder: string): Promise<readonly string[]> {
  return (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])).filter((entry) => entry.isFile()).map((entry) => entry.name);
}
