import { readdir, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SampleLibrary } from '../sample-library.ts';
import { makeSampleLibrary } from '../sample-library.ts';
import { flipBit } from '../../sample/index.ts';
import { expectTheSame } from './standing.ts';
import type { Twins } from './twins.ts';
import { LONG_MS, NO_SHELL, makeTwins } from './twins.ts';
import { filled, volumeStory } from './volume-story.ts';

/** Names of the entries of a folder, in their order. */
const entriesOf = async (directory: string) => (await readdir(directory)).filter((name) => name.endsWith('.pt')).sort();
const VERIFIED = /(\d+) (?:entries|entry) verified/;

// One story, in its order, told twice: by clicks in one folder, by copied commands in the other.
describe.skipIf(NO_SHELL)('what a copied command does to volumes, against the click beside it', () => {
  let twins: Twins<SampleLibrary>;
  beforeAll(async () => {
    twins = await makeTwins(makeSampleLibrary);
    await goTo('sample-chest');
  });
  afterAll(() => twins?.close());

  const { toasts, button, goTo, openTab, dismiss, both, press, choose, chooseMatching, quarantineIds } = volumeStory(() => twins);

  it('begins with the same in both folders', () => expectTheSame(twins).then(() => undefined));

  it.each(['Everything', 'What changed', 'Structure only'])('verify: %s', async (depth) => {
    const ended = await both('Verify', 'cache: verify', 'Verify', VERIFIED, depth);
    // A flipped bit is no fault of the structure, but one entry is missing: every depth ends with findings.
    const said = /(\d+) sound, (\d+) damaged(?:, (\d+) unchanged)?/.exec(ended.stdout)!;
    expect(ended.exitCode).toBe(1);
    expect(await toasts().innerText()).toContain(`${Number(said[1]) + Number(said[3] ?? 0)} sound, ${said[2]} damaged`);
    await expectTheSame(twins);
  });

  it('verify of chosen entries', async () => {
    await choose(3, 4);
    const { exitCode, stdout } = await both('Verify 2', 'cache: verify', 'Verify', VERIFIED);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^2 entries: 1 sound, 1 damaged/)]);
    expect(await toasts().innerText()).toContain('2 entries verified: 1 sound, 1 damaged');
    await expectTheSame(twins);
  });

  it('verify of all that a state leaves in the list', async () => {
    await chooseMatching(1, { chip: /^Damaged/i });
    const { exitCode, stdout } = await both('Verify …', 'cache: verify', 'Verify', /1 entry verified: 0 sound, 1 damaged/);
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/^1 entry: 0 sound, 1 damaged/)]);
    await expectTheSame(twins);
  });

  it('fix of chosen entries: one set aside and made again, the missing one left as it is', async () => {
    await choose(3, 4);
    const { exitCode, stdout } = await both('Fix …', 'cache: fix', /^Fix 1$/, /1 file set aside, 1 entry made again/);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/1 file set aside[\s\S]*1 entry made again/)]);
    const { files, setAside: aside } = await expectTheSame(twins);
    expect([files.length, aside.length]).toEqual([3, 1]);
  });

  it('undo: what that job set aside is back, and what was made in its place set aside', async () => {
    const last = async (side: SampleLibrary) => String((await twins.json(side, 'jobs ls')).find((job) => job['command'] === 'fix')?.['id']);
    const renamed = new Map([[await last(twins.clicked), await last(twins.typed)]]);
    expect((await twins.type('cache: undo', { renamed })).exitCode).toBe(0);
    await toasts().getByRole('button', { name: 'Undo' }).click();
    await toasts().getByText('1 file put back').waitFor();
    const { states, setAside: aside } = await expectTheSame(twins);
    expect([states.filter((state) => state.endsWith(' damaged')).length, aside.length]).toEqual([1, 1]);
  });

  it('fix, by the line of the Findings', async () => {
    await openTab('Findings');
    const { exitCode, stdout } = await twins.type('findings: fix');
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('2 entries made again')]);
    await dismiss();
    await button(/^Fix 2$/).click();
    await twins.page.getByRole('dialog').getByRole('button', { name: 'Fix 2' }).click();
    await toasts().getByText(/2 entries made again/).waitFor({ timeout: LONG_MS });
    expect((await expectTheSame(twins)).files).toHaveLength(4);
  });

  it('the quarantine: its list, and a file put back by its id', async () => {
    await openTab('Storage');
    await dismiss();
    const { stdout } = await twins.type('quarantine: list', { flags: ' --json' });
    const files = stdout.trim().split('\n').map((line) => (JSON.parse(line) as { readonly file: string }).file);
    const rows = twins.page.getByRole('region', { name: 'Quarantine' }).getByRole('row');
    expect(files).toHaveLength(2);
    await expect.poll(() => rows.count()).toBe(3);
    twins.expectShown(files.sort(), (await rows.locator('small').allInnerTexts()).sort());
    await dismiss();
    await rows.filter({ hasNotText: 'Replaced by' }).nth(1).getByRole('button', { name: /^Put back / }).click();
    const ended = await twins.type('quarantine: put back', { renamed: await quarantineIds() });
    expect([ended.exitCode, ended.stderr]).toEqual([0, '']);
    await twins.page.getByRole('dialog').getByRole('button', { name: 'Put 1 back' }).click();
    await toasts().getByText('1 put back').waitFor();
    const { states, setAside: aside } = await expectTheSame(twins);
    expect([states.filter((state) => state.endsWith(' damaged')).length, aside.length]).toEqual([1, 2]);
  });

  it('fix, then verify, by the line of the card in the Library', async () => {
    await goTo('Library');
    expect((await twins.type('library: fix')).stdout).toContain('1 entry made again');
    await press(/^Fix 1$/, 'Fix 1', /1 entry made again/);
    expect((await expectTheSame(twins)).setAside).toHaveLength(3);
    await goTo('Library');
    expect((await twins.type('library: verify', { having: twins.clicked.project.configPath })).stdout).toContain('4 sound, 0 damaged');
    await press('Verify', 'Verify', /4 sound, 0 damaged/);
    await expectTheSame(twins);
  });

  it('verify, by the line of the Findings', async () => {
    await openTab('Findings');
    expect((await twins.type('findings: verify')).stdout).toContain('4 sound, 0 damaged');
    await press('Verify', 'Verify', /4 sound, 0 damaged/);
    await expectTheSame(twins);
  });

  it('fix of what is not known to be damaged yet: verifies what changed, deletes for good, makes it again', async () => {
    for (const { directory } of [twins.clicked, twins.typed]) await flipBit(join(directory, (await entriesOf(directory))[2]!));
    const { exitCode, stdout } = await both('Fix …', 'cache: fix', 'Verify and fix', /1 file deleted for good, 1 entry made again/, filled({}, 'Delete for good', { 'Verify first': 'What changed' }));
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/3 unchanged since[\s\S]*1 damaged file deleted\.\s+1 entry made again/)]);
    const [clicked] = await twins.json(twins.clicked, 'jobs ls');
    expect(clicked).toMatchObject({ command: 'fix', result: { skipped: 3, deleted: 1, quarantined: 0 } });
    expect(await toasts().getByRole('button', { name: 'Undo' }).count()).toBe(0);
    const { files, setAside } = await expectTheSame(twins);
    expect([files.length, setAside.length]).toEqual([4, 3]);
  });

  it('fix by the structure alone: a cut file is made again, a flipped bit is left', async () => {
    for (const { directory } of [twins.clicked, twins.typed]) {
      const entries = await entriesOf(directory);
      await truncate(join(directory, entries[1]!), 1000);
      await flipBit(join(directory, entries[3]!));
    }
    const { exitCode, stdout } = await both('Fix …', 'cache: fix', 'Verify and fix', /1 file deleted for good, 1 entry made again/, filled({}, 'Delete for good', { 'Verify first': 'Structure only' }));
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/3 sound, 1 damaged/)]);
    expect((await expectTheSame(twins)).files).toHaveLength(4);
  });

  it('leaves no place of these screens out', () => twins.expectAllRun('volumes'));
});
