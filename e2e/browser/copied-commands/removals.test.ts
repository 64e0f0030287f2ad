import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SampleLibrary } from '../sample-library.ts';
import { makeSampleLibrary } from '../sample-library.ts';
import { expectTheSame } from './standing.ts';
import type { Twins } from './twins.ts';
import { NO_SHELL, makeTwins } from './twins.ts';
import { volumeStory } from './volume-story.ts';

// One story, in its order, told twice: by clicks in one folder, by copied commands in the other.
describe.skipIf(NO_SHELL)('what a copied command removes and makes again, against the click beside it', () => {
  let twins: Twins<SampleLibrary>;
  beforeAll(async () => {
    twins = await makeTwins(makeSampleLibrary);
    await goTo('sample-chest');
  });
  afterAll(() => twins?.close());

  const { toasts, button, goTo, openTab, dismiss, both, press, choose, quarantineIds } = volumeStory(() => twins);

  it('clear of chosen entries', async () => {
    await choose(2, 4);
    expect((await both(/^Clear 2 …$/, 'cache: clear', 'Set aside 2', /2 entries .* set aside/)).exitCode).toBe(0);
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
    await expect.poll(() => rows.count()).toBe(5);
    await dismiss();
    await rows.nth(1).getByRole('button', { name: /^Delete / }).click();
    expect((await twins.type('quarantine: delete', { renamed: await quarantineIds() })).exitCode).toBe(0);
    await twins.page.getByRole('dialog').getByRole('button', { name: 'Delete 1' }).click();
    await toasts().getByText('1 deleted for good').waitFor();
    expect((await expectTheSame(twins)).setAside).toHaveLength(3);
    await button('Delete all …').click();
    expect((await twins.type('quarantine: delete', { renamed: await quarantineIds() })).stdout).toContain('3 files');
    await twins.page.getByRole('dialog').getByRole('button', { name: 'Delete 3' }).click();
    await toasts().getByText('3 deleted for good').waitFor();
    expect((await expectTheSame(twins)).setAside).toEqual([]);
  });

  it('history: both have done the same', async () => {
    await openTab('History');
    const { stdout } = await twins.type('history: jobs', { flags: ' --json' });
    const jobs = stdout.trim().split('\n').map((line) => JSON.parse(line) as { readonly command: string; readonly state: string });
    const shown = await twins.page.locator('main').getByRole('article').evaluateAll((all) => all.map((card) => (card as unknown as { ariaLabel: string }).ariaLabel));
    expect(jobs.map(({ state }) => state)).toEqual(jobs.map(() => 'succeeded'));
    expect(shown.map((label) => label.replace(/, done.*/, ' succeeded'))).toEqual(jobs.map(({ command, state }) => `${command} ${state}`));
  });

  it('leaves no place of these screens out', () => twins.expectAllRun('removals'));
});
