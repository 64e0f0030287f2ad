import type { Page } from 'playwright';
import type { Host, HostOptions } from './host.ts';
import { startHost } from './start-host.ts';

export interface PageOptions extends HostOptions {
  readonly width: number;
  readonly height: number;
  readonly colorScheme?: 'dark' | 'light';
}

/** A running app and its page, the same through every door. */
export interface OpenPage {
  readonly host: Host;
  readonly page: Page;
  /** What stands before `#` in the addresses of its screens. */
  readonly address: string;
}

/** How long anything may take to show, on a machine that does other things as well. */
const SHOWN_WITHIN_MS = 15_000;

/** For suites of the screens: the door the project names, at the size the suite was written for. */
export async function openPage({ width, height, colorScheme, ...options }: PageOptions): Promise<OpenPage> {
  const host = await startHost(options);
  const { page } = host;
  await page.setViewportSize({ width, height });
  if (colorScheme !== undefined) await page.emulateMedia({ colorScheme });
  page.setDefaultTimeout(SHOWN_WITHIN_MS);
  await page.getByRole('main').waitFor();
  return { host, page, address: page.url().replace(/#.*$/, '') };
}
