import type { Locator } from 'playwright';
import { expect } from 'vitest';
import type { CommandPlace } from '../../../src-renderer/ui/command-places.ts';
import type { SampleLibrary } from '../sample-library.ts';
import { setAside } from './standing.ts';
import type { Ended, Twins } from './twins.ts';
import { LONG_MS } from './twins.ts';
import { chooseOption } from '../choose-option.ts';

/** A radio button by its name, or whatever else is to be set in a dialog. */
export async function setOption(dialog: Locator, option: string | ((dialog: Locator) => Promise<void>) | undefined): Promise<void> {
  if (typeof option === 'string') await dialog.getByRole('radio', { name: option }).check();
  else await option?.(dialog);
}

/** Numbers and folders of a dialog, and what is chosen from its lists, by their labels. */
export function filled(fields: Readonly<Record<string, string>>, radio?: string, lists: Readonly<Record<string, string>> = {}): (dialog: Locator) => Promise<void> {
  return async (dialog) => {
    if (radio !== undefined) await dialog.getByRole('radio', { name: radio }).check();
    const options = dialog.getByText('Options', { exact: true });
    if ((await options.count()) > 0) await options.click();
    for (const [label, text] of Object.entries(fields)) await dialog.getByRole('textbox', { name: label }).fill(text);
    for (const [label, choice] of Object.entries(lists)) await chooseOption(dialog.getByLabel(label), choice);
  };
}

/** What hands do with the sample cache of the page, and what a copied command does beside them. */
export function volumeStory(story: () => Twins<SampleLibrary>) {
  const grid = () => story().page.getByRole('grid', { name: 'Items of sample-chest' });
  const toasts = () => story().page.getByRole('region', { name: 'What was done' });
  const button = (name: string | RegExp) => story().page.getByRole('button', { name, exact: true });

  async function goTo(link: 'Library' | 'Storage' | 'sample-chest'): Promise<void> {
    await story().page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link', { name: link }).click();
  }

  async function openTab(name: string): Promise<void> {
    await story().page.getByRole('tablist', { name: 'Parts of the cache' }).getByRole('tab', { name }).click();
  }

  async function dismiss(): Promise<void> {
    // The others move up when one goes, and each goes by itself after a while.
    const buttons = toasts().getByRole('button', { name: 'Dismiss' });
    while ((await buttons.count()) > 0) await buttons.first().click({ timeout: 2_000 }).catch(() => undefined);
  }

  async function choose(first: number, last: number): Promise<void> {
    await story().page.keyboard.press('Escape');
    await button(/^All 4/).click();
    await expect.poll(() => grid().getByRole('row').count()).toBe(5);
    // A plain click on one opens it; with Ctrl it is picked.
    await grid().getByRole('row').nth(first).click(last > first ? {} : { modifiers: ['Control'] });
    if (last > first) await grid().getByRole('row').nth(last).click({ modifiers: ['Shift'] });
  }

  /** Everything that a state or a search leaves in the list. */
  async function chooseMatching(count: number, filter: { readonly chip?: RegExp; readonly search?: string }): Promise<void> {
    await story().page.keyboard.press('Escape');
    await button(filter.chip ?? /^All 4/).click();
    await story().page.getByRole('searchbox').fill(filter.search ?? '');
    await expect.poll(() => grid().getByRole('row').count()).toBe(count + 1);
    await grid().getByRole('row').nth(1).click({ modifiers: ['Control'] });
    await story().page.keyboard.press('Control+a');
    await button(`All ${count} that match`).click();
  }

  /** Opens an action, runs its copied command on the other folder, then does the click. @returns the command's end */
  async function both(open: string | RegExp, place: CommandPlace, go: string | RegExp, done: RegExp, option?: string | ((dialog: Locator) => Promise<void>), renamed?: ReadonlyMap<string, string>): Promise<Ended> {
    await dismiss();
    await button(open).click();
    const dialog = story().page.getByRole('dialog');
    await dialog.waitFor();
    await setOption(dialog, option);
    const goes = dialog.getByRole('button', { name: go, exact: true });
    // Its preview is read before it can be pressed, and a copied command would change it.
    await expect.poll(() => goes.isEnabled(), { timeout: LONG_MS }).toBe(true);
    const ended = await story().type(place, renamed === undefined ? {} : { renamed });
    await goes.click();
    await toasts().getByText(done).waitFor({ timeout: LONG_MS });
    return ended;
  }

  /** Ids of the quarantine, here and there, of the same files in the same order. */
  async function quarantineIds(): Promise<ReadonlyMap<string, string>> {
    const sorted = async (side: SampleLibrary) => [...(await setAside(side))].sort((a, b) => (a.file === b.file ? a.quarantinedAtMs - b.quarantinedAtMs : a.file < b.file ? -1 : 1));
    const [here, there] = await Promise.all([sorted(story().clicked), sorted(story().typed)]);
    return new Map(here.map(({ id }, index) => [id, there[index]!.id]));
  }

  /** What a line elsewhere does, against the button of the cache. */
  async function press(open: string | RegExp, go: string | RegExp, done: RegExp): Promise<void> {
    await dismiss();
    await goTo('sample-chest');
    await button(open).click();
    const goes = story().page.getByRole('dialog').getByRole('button', { name: go, exact: true });
    await goes.click();
    await toasts().getByText(done).waitFor({ timeout: LONG_MS });
  }

  return { toasts, button, goTo, openTab, dismiss, choose, chooseMatching, both, press, quarantineIds };
}
