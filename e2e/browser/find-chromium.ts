import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright';
import type { Browser } from 'playwright';

/** Names under which systems install it. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'] as const;

/**
 * Flags for machines without a screen or a graphics card, and without anything the browser would
 * fetch by itself. The sandbox of a test browser needs rights that containers do not give; it shows
 * nothing but our own pages.
 */
export const FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
] as const;

/**
 * An emulated graphics card that draws whole pages, as a real one does. Tests do without it: pages are put
 * together by the processor, WebGL alone is emulated, and a suite takes a quarter less of the processor.
 */
export const EMULATED_CARD = ['--use-angle=swiftshader', '--ignore-gpu-blocklist'] as const;

const INSTALL_LIMIT_MS = 300_000;

function onPath(names: readonly string[]): string | undefined {
  for (const directory of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of names) if (directory !== '' && existsSync(join(directory, name))) return join(directory, name);
  }
  return undefined;
}

function existing(): string | undefined {
  const own = chromium.executablePath();
  return own !== '' && existsSync(own) ? own : onPath(NAMES);
}

/** Only as root on a system with apt, which in practice is a container of a CI. */
async function installDebianPackage(): Promise<void> {
  console.log('No Chromium here: installing the package `chromium` with apt-get for these tests.');
  const run = promisify(execFile);
  const options = { timeout: INSTALL_LIMIT_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  await run('apt-get', ['update', '-q'], options);
  await run('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], options);
}

/**
 * A Chromium to test with: Playwright's own, else the system's, else Debian's package.
 *
 * @throws if there is none and none can be installed; the tests fail then, they do not pass by
 */
export async function findChromium(): Promise<string> {
  const found = existing();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && onPath(['apt-get']) !== undefined) await installDebianPackage();
  const installed = existing();
  if (installed === undefined) throw new Error('There is no Chromium to test with. Install it (Debian, Ubuntu: `apt-get install chromium`; elsewhere: `npx playwright install chromium`) and run the tests again.');
  return installed;
}

export async function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return await chromium.launch({ executablePath: await findChromium(), args: [...FLAGS, ...more] });
}
