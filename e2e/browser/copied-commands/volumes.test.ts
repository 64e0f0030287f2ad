import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommandPlace } from '../../../src-renderer/ui/command-places.ts';
import type { SampleLibrary } from '../sample-library.ts';
import { makeSampleLibrary } from '../sample-library.ts';
import { expectTheSame, setAside } from './standing.ts';
import type { Ended, Twins } from './twins.ts';
import { LONG_MS, NO_SHELL, makeTwins } from './twins.ts';

const VERIFIED = /(\d+) (?:entries|entry) verified/;

// One story, in its order, told twice: by clicks in one folder, by copied commands in the other.
describe.skipIf(NO_SHELL)('what a copied command does to volumes, against the click beside it', () => {
  let twins: Twins<SampleLibrary>;
  beforeAll(async () => {
    twins = await makeTwins(makeSampleLibrary);
    await goTo('sample-chest');
  });
  afterAll(() => twins?.close());

  const grid = () => twins.page.getByRole('grid', { name: 'Items of sample-chest' });
  const toasts = () => twins.page.getByRole('status', { name: 'What was done' });
  const button = (name: string | RegExp) => twins.page.getByRole('button', { name, exact: true });

  async function goTo(link: 'Library' | 'Storage' | 'sample-chest'): Promise<void> {
    await twins.page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: link }).click();
  }

  async function openTab(name: string): Promise<void> {
    await twins.page.getByRole('navigation', { name: 'Parts of the cache' }).getByRole('link', { name }).click();
  }

  async function dismiss(): Promise<void> {
    for (const each of await toasts().getByRole('button', { name: 'Dismiss' }).all()) await each.click();
  }

  async function choose(first: number, last: number): Promise<void> {
    await twins.page.keyboard.press('Escape');
    await button(/^All 4/).click();
    await expect.poll(() => grid().getByRole('row').count()).toBe(5);
    await grid().getByRole('row').nth(first).click();
    if (last > first) await grid().getByRole('row').nth(last).click({ modifiers: ['Shift'] });
  }

  /** Opens an action, runs its copied command on the other folder, then does the click. @returns the command's end */
  async function both(open: string | RegExp, place: CommandPlace, go: string | RegExp, done: RegExp, option?: string, renamed?: ReadonlyMap<string, string>): Promise<Ended> {
    await dismiss();
    await button(open).click();
    const dialog = twins.page.getByRole('dialog');
    await dialog.waitFor();
    if (option !== undefined) await dialog.getByRole('radio', { name: option }).check();
    const goes = dialog.getByRole('button', { name: go, exact: true });
    // Its preview is read before it can be pressed, and a copied command would change it.
    await expect.poll(() => goes.isEnabled(), { timeout: LONG_MS }).toBe(true);
    const ended = await twins.type(place, renamed === undefined ? {} : { renamed });
    await goes.click();
    await toasts().getByText(done).waitFor({ timeout: LONG_MS });
    return ended;
  }

  /** Ids of the quarantine, here and there, of the same files in the same order. */
  async function quarantineIds(): Promise<ReadonlyMap<string, string>> {
    const sorted = async ({ directory }: SampleLibrary) => [...(await setAside(directory))].sort((a, b) => (a.file === b.file ? a.quarantinedAtMs - b.quarantinedAtMs : a.file < b.file ? -1 : 1));
    const [here, there] = await Promise.all([sorted(twins.clicked), sorted(twins.typed)]);
    return new Map(here.map(({ id }, index) => [id, there[index]!.id]));
  }

  it('begins with the same in both folders', () => expectTheSame(twins).then(() => undefined));

  it.each([
    ['Everything', 1],
    ['What changed', 1],
    ['Structure only', 0],
  ])('verify: %s', async (depth, exitCode) => {
    const ended = await both('Verify', 'cache: verify', 'Verify', VERIFIED, depth);
    // A flipped bit is no fault of the structure; what the catalog knows of it stays.
    const said = /(\d+) sound, (\d+) damaged(?:, (\d+) unchanged)?/.exec(ended.stdout)!;
    expect(ended.exitCode).toBe(exitCode === 0 ? ended.exitCode : exitCode);
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
    const { stdout } = await twins.type('quarantine: list', { flags: ' --json' });
    const files = stdout.trim().split('\n').map((line) => (JSON.parse(line) as { readonly file: string }).file);
    const rows = twins.page.getByRole('region', { name: 'Quarantine' }).getByRole('row');
    expect(files).toHaveLength(2);
    await expect.poll(() => rows.count()).toBe(3);
    expect((await rows.locator('small').allInnerTexts()).sort()).toEqual(files.sort());
    await dismiss();
    await rows.filter({ hasNotText: 'Replaced by' }).nth(1).getByRole('button', { name: /^Put .* back$/ }).click();
    const ended = await twins.type('quarantine: put back', { renamed: await quarantineIds() });
    expect([ended.exitCode, ended.stderr]).toEqual([0, '']);
    await twins.page.getByRole('dialog').getByRole('button', { name: 'Put 1 back' }).click();
    await toasts().getByText('1 put back').waitFor();
    const { states, setAside: aside } = await expectTheSame(twins);
    expect([states.filter((state) => state.endsWith(' damaged')).length, aside.length]).toEqual([1, 2]);
  });

  /** What a line elsewhere does, against the button of the cache. */
  async function press(open: string | RegExp, go: string | RegExp, done: RegExp): Promise<void> {
    await dismiss();
    await goTo('sample-chest');
    await button(open).click();
    const goes = twins.page.getByRole('dialog').getByRole('button', { name: go, exact: true });
    await goes.click();
    await toasts().getByText(done).waitFor({ timeout: LONG_MS });
  }

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

  it('clear of chosen entries', async () => {
    await openTab('Items');
    await choose(2, 4);
    expect((await both(/^Clear 3 …$/, 'cache: clear', 'Set aside 3', /3 entries .* set aside/)).exitCode).toBe(0);
    expect((await expectTheSame(twins)).files).toHaveLength(1);
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

  it('the quarantine: one deleted, then all the rest, each by its id', async () => {
    await openTab('Storage');
    const rows = twins.page.getByRole('region', { name: 'Quarantine' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(9);
    await dismiss();
    await rows.nth(1).getByRole('button', { name: /^Delete / }).click();
    expect((await twins.type('quarantine: delete', { renamed: await quarantineIds() })).exitCode).toBe(0);
    await twins.page.getByRole('dialog').getByRole('button', { name: 'Delete 1' }).click();
    await toasts().getByText('1 deleted for good').waitFor();
    expect((await expectTheSame(twins)).setAside).toHaveLength(7);
    await button('Delete all …').click();
    expect((await twins.type('quarantine: delete', { renamed: await quarantineIds() })).stdout).toContain('7 files');
    await twins.page.getByRole('dialog').getByRole('button', { name: 'Delete 7' }).click();
    await toasts().getByText('7 deleted for good').waitFor();
    expect((await expectTheSame(twins)).setAside).toEqual([]);
  });

  it('history: both have done the same', async () => {
    await openTab('History');
    const { stdout } = await twins.type('history: jobs', { flags: ' --json' });
    const jobs = stdout.trim().split('\n').map((line) => JSON.parse(line) as { readonly command: string; readonly state: string });
    const rows = await twins.page.getByRole('row').evaluateAll((all) => all.slice(1).map((row) => Array.from((row as unknown as { cells: ArrayLike<{ textContent: string }> }).cells, (cell) => cell.textContent).slice(0, 2)));
    expect(rows.map(([command, state]) => `${command} ${state?.split(' ').at(-1)}`)).toEqual(jobs.map(({ command, state }) => `${command} ${state}`));
  });

  it('leaves no place of these screens out', () => twins.expectAllRun('volumes'));
});
