import type { Page } from 'playwright';
import { APP_COMMANDS } from '../../src-main/contract/app-commands.ts';
import { CACHE_TABS } from '../../src-renderer/views/navigation/route.ts';

export interface PageScreen {
  readonly name: string;
  /** From the `#` on. */
  readonly hash: string;
}

/** Pictures, tables and lists have come within this time after the network is quiet. */
const SETTLE_MS = 400;

/** Every place the navigation leads to: the screens, each tab of each known cache, an entry of each. What joins the navigation joins here. */
export async function allScreens(page: Page, origin: string): Promise<readonly PageScreen[]> {
  await page.goto(`${origin}/#/`);
  const links = page.getByRole('navigation', { name: 'Screens and caches' }).getByRole('link');
  await links.first().waitFor();
  const linked = await links.evaluateAll((found) => found.map((link) => (link as unknown as { hash: string }).hash));
  const commands = APP_COMMANDS.flatMap((command) => ('goTo' in command ? [command.goTo] : []));
  const places = [...new Set([...linked, ...commands])].filter((hash) => !hash.startsWith('#/cache/')).map((hash) => ({ name: hash, hash }));
  const caches = linked.flatMap((hash) => /^#\/cache\/\d+/.exec(hash)?.[0] ?? []);
  const tabs = caches.flatMap((cache) => CACHE_TABS.map((tab) => ({ name: `${cache}/${tab}`, hash: `${cache}/${tab}` })));
  const entries: PageScreen[] = [];
  for (const cache of caches) entries.push({ name: `${cache}, an entry`, hash: await firstEntry(page, `${origin}/${cache}/items`) });
  return [...places, ...tabs, ...entries];
}

/** @returns the place of the inspector of the first row */
async function firstEntry(page: Page, address: string): Promise<string> {
  await page.goto(address);
  await page.getByRole('row').nth(1).click();
  await page.waitForURL(/\/items\/[0-9a-z]+$/);
  return new URL(page.url()).hash;
}

export async function goToScreen(page: Page, origin: string, { hash }: PageScreen): Promise<void> {
  await page.goto(`${origin}/${hash}`);
  await page.getByRole('main').waitFor();
  await page.waitForLoadState('networkidle');
  // The first of them is gone only when none is left.
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  await page.waitForTimeout(SETTLE_MS);
}
