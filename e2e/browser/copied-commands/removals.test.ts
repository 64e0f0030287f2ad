import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openCatalog } from '../../../src-main/catalog/index.ts';
import { sourcePath } from '../../../src-main/kinds/volume/keys.ts';
import { makeSampleVolumes } from '../../sample/index.ts';
import type { SampleLibrary } from '../sample-library.ts';
import { makeSampleLibrary } from '../sample-library.ts';
import { expectTheSame } from './standing.ts';
import type { Twins } from './twins.ts';
import { NO_SHELL, makeTwins } from './twins.ts';
import { filled, volumeStory } from './volume-story.ts';

/** Folders in the library of a side, as its catalog has them. */
function libraryOf({ folder }: SampleLibrary): readonly string[] {
  const catalog = openCatalog({ path: join(folder, 'data/catalog.sqlite') });
  try {
    return catalog.caches.list().map(({ directory }) => directory);
  } finally {
    catalog.close();
  }
}

// One story, in its order, told twice: by clicks in one folder, by copied commands in the other.
describe.skipIf(NO_SHELL)('what a copied command removes and makes again, against the click beside it', () => {
  let twins: Twins<SampleLibrary>;
  beforeAll(async () => {
    twins = await makeTwins(makeSampleLibrary);
    await goTo('sample-chest');
  });
  afterAll(() => twins?.close());

  const { toasts, button, goTo, openTab, dismiss, both, press, choose, chooseMatching, quarantineIds } = volumeStory(() => twins);

  /** The same caches in both libraries, each with a part of its folder. */
  async function expectLibraries(parts: readonly string[]): Promise<void> {
    const known = await twins.expectSame((side) => Promise.resolve(libraryOf(side).map((directory) => directory.replace(side.folder, ''))));
    expect(known).toEqual(parts.map((part) => expect.stringContaining(part) as string));
  }

  it('clear of chosen entries', async () => {
    await choose(2, 4);
    expect((await both(/^Clear 2 …$/, 'cache: clear', 'Set aside 2', /2 entries .* set aside/)).exitCode).toBe(0);
    expect((await expectTheSame(twins)).files).toHaveLength(1);
  });

  it('clear for good: nothing more is set aside', async () => {
    await choose(1, 1);
    const ended = await both(/^Clear 1 …$/, 'cache: clear', 'Delete 1 for good', /1 entry .* deleted for good/, 'Delete for good');
    expect([ended.exitCode, ended.stdout]).toEqual([0, expect.stringMatching(/^1 entry .* deleted\./)]);
    expect(await toasts().getByRole('button', { name: 'Undo' }).count()).toBe(0);
    const { files, setAside } = await expectTheSame(twins);
    expect([files.length, setAside.length]).toEqual([0, 2]);
  });

  it('generate, with a limit, a number of workers and of raw files at once, as plain tensors', async () => {
    expect((await both(/^Generate 4$/, 'cache: generate', 'Generate 1', /1 entry made/, filled({ Limit: '1', Workers: '1', 'Batch size': '2' }, undefined, { Format: 'plain tensors' }))).exitCode).toBe(0);
    const { files } = await expectTheSame(twins);
    expect(files).toHaveLength(1);
    // As MONAI writes it, the pickle names the class of its tensors.
    expect((await readFile(join(twins.typed.directory, files[0]!.split(' ')[0]!))).includes('MetaTensor')).toBe(false);
  });

  it('generate of chosen entries', async () => {
    await choose(2, 3);
    expect((await both(/^Generate 2 …$/, 'cache: generate', 'Generate 2', /2 entries made/)).exitCode).toBe(0);
    expect((await expectTheSame(twins)).files).toHaveLength(3);
  });

  it('generate, by the line of the card in the Library, which asks in a terminal', async () => {
    await goTo('Library');
    expect((await twins.type('library: generate')).stderr).toContain('--yes');
    expect((await twins.type('library: generate', { flags: ' --yes' })).exitCode).toBe(0);
    await press(/^Generate 1$/, 'Generate 1', /1 entry made/);
    expect((await expectTheSame(twins)).files).toHaveLength(4);
  });

  it('clear of all that a search leaves in the list, then generate of the same', async () => {
    await chooseMatching(2, { search: 'TRAIN' });
    expect((await both('Clear …', 'cache: clear', 'Delete 2 for good', /2 entries .* deleted for good/, 'Delete for good')).exitCode).toBe(0);
    expect((await expectTheSame(twins)).files).toHaveLength(2);
    await chooseMatching(2, { search: 'train' });
    expect((await both('Generate …', 'cache: generate', 'Generate 2', /2 entries made/)).exitCode).toBe(0);
    expect((await expectTheSame(twins)).files).toHaveLength(4);
    await twins.page.getByRole('searchbox').fill('');
  });

  it('clear of a split, on the Storage screen; generate makes it again, number for number', async () => {
    await goTo('Storage');
    await twins.page.getByRole('radio', { name: 'split' }).check({ force: true });
    await dismiss();
    expect((await both('Clear train …', 'storage: clear', 'Set aside 2', /2 entries .* set aside/)).exitCode).toBe(0);
    expect((await expectTheSame(twins)).files).toHaveLength(2);
    await goTo('sample-chest');
    expect((await both(/^Generate 2$/, 'cache: generate', 'Generate 2', /2 entries made/)).exitCode).toBe(0);
    expect((await expectTheSame(twins)).files).toHaveLength(4);
  });

  it('raw files of a complete cache, removed on its Storage tab', async () => {
    const raw = ({ folder, names }: SampleLibrary) => join(folder, 'raw', sourcePath(names.train[0]!, 'nested'));
    const { bytes } = makeSampleVolumes().find(({ volumeName }) => volumeName === twins.typed.names.train[0])!;
    for (const side of [twins.clicked, twins.typed]) {
      await mkdir(dirname(raw(side)), { recursive: true });
      await writeFile(raw(side), bytes);
    }
    await openTab('Storage');
    const { exitCode, stdout } = await both('Remove raw files …', 'cache: generate', 'Remove raw files', /0 entries made, 1 raw file \(\d\S* kB\) removed/);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/Removed 1 local raw file \(\d\S* kB\)/)]);
    expect(await twins.expectSame((side) => readdir(dirname(raw(side))))).toEqual([]);
  });

  it('leftovers of a run that was cut off', async () => {
    const raw = (side: SampleLibrary) => join(side.directory, '.larder', 'raw');
    for (const side of [twins.clicked, twins.typed]) {
      await mkdir(raw(side), { recursive: true });
      await writeFile(join(raw(side), 'train_1_a_1.nii.gz.part'), 'half a volume');
    }
    await goTo('Storage');
    await button(/clear leftovers of sample-chest …$/).click();
    const { exitCode, stdout } = await twins.type('storage: leftovers');
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^1 leftover \(13 B\) removed/)]);
    await twins.page.getByRole('alertdialog').getByRole('button', { name: 'Delete for good' }).click();
    await toasts().getByText('1 leftover removed, 13 B').waitFor();
    expect(await twins.expectSame((side) => readdir(raw(side)).catch(() => []))).toEqual([]);
    await goTo('sample-chest');
  });

  it('the quarantine: one deleted, then all the rest, each by its id', async () => {
    await openTab('Storage');
    const rows = twins.page.getByRole('region', { name: 'Quarantine' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(5);
    await dismiss();
    await rows.nth(1).getByRole('button', { name: /^Delete / }).click();
    expect((await twins.type('quarantine: delete', { renamed: await quarantineIds() })).exitCode).toBe(0);
    await twins.page.getByRole('alertdialog').getByRole('button', { name: 'Delete 1' }).click();
    await toasts().getByText('1 deleted for good').waitFor();
    expect((await expectTheSame(twins)).setAside).toHaveLength(3);
    await button('Delete all …').click();
    expect((await twins.type('quarantine: delete', { renamed: await quarantineIds() })).stdout).toContain('3 files');
    await twins.page.getByRole('alertdialog').getByRole('button', { name: 'Delete 3' }).click();
    await toasts().getByText('3 deleted for good').waitFor();
    expect((await expectTheSame(twins)).setAside).toEqual([]);
  });

  it('history: both have done the same', async () => {
    await openTab('History');
    const { stdout } = await twins.type('history: jobs', { flags: ' --json' });
    const jobs = stdout.trim().split('\n').map((line) => JSON.parse(line) as { readonly command: string; readonly state: string });
    const shown = await twins.page.locator('main').getByRole('article').evaluateAll((all) => all.map((card) => (card as unknown as { ariaLabel: string }).ariaLabel));
    expect(jobs.map(({ state }) => state)).toEqual(jobs.map(() => 'succeeded'));
    twins.expectShown(jobs.map(({ command, state }) => `${command} ${state}`), shown.map((label) => label.replace(/, done.*/, ' succeeded')));
  });

  it('out of the library and back, with every file in its place', async () => {
    const before = await expectTheSame(twins);
    await openTab('Parameters');
    expect((await twins.type('parameters: forget')).exitCode).toBe(0);
    await dismiss();
    await button('Remove from library').click();
    await toasts().getByText('out of the library; nothing on disk was touched').waitFor();
    await expect.poll(() => twins.page.getByRole('article', { name: 'sample-chest' }).count()).toBe(0);
    await expectLibraries([]);
    expect((await twins.type('cache: undo')).exitCode).toBe(0);
    await button('Undo').click();
    await twins.page.getByRole('article', { name: 'sample-chest' }).waitFor();
    await expectLibraries(['/cache/']);
    expect(await expectTheSame(twins)).toEqual(before);
  });

  it('a cache whose folder is gone says so, and is taken out of the library by the line of its card or its button', async () => {
    for (const { directory } of [twins.clicked, twins.typed]) await rename(directory, `${directory} elsewhere`);
    await twins.page.getByRole('article', { name: 'sample-chest' }).getByText('not there').waitFor();
    expect((await twins.type('library: forget')).exitCode).toBe(0);
    await goTo('sample-chest');
    await twins.page.getByText('Its folder is not there: moved, deleted, or on a disk that is not mounted.').waitFor();
    await button('Remove from library').first().click();
    await expect.poll(() => libraryOf(twins.clicked)).toEqual([]);
    await expectLibraries([]);
  });

  it('leaves no place of these screens out', () => twins.expectAllRun('removals'));
});
