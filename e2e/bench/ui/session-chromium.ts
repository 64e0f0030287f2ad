import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright';
import type { Browser } from 'playwright';
import { FLAGS, findChromium } from '../../browser/find-chromium.ts';

/** What Playwright adds for pages nobody sees: they are drawn and timed as if they were in front. */
const AS_IN_FRONT = ['--headless', '--hide-scrollbars', '--mute-audio', '--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding'] as const;

/** A browser that ends with `close`, not with `browser.close()`. */
export interface SessionChromium {
  readonly browser: Browser;
  close(): Promise<void>;
}

/**
 * A Chromium in the session of the bench, together with the servers it starts, as the pages of the app are in the session of the
 * app. Playwright's own launch gives the browser a session of its own, and a Linux with `sched_autogroup_enabled` divides the cores
 * between sessions before it looks at their threads: a thread that mostly sleeps, such as the one of an event loop, then waits
 * behind those of the other session for up to 100 ms, whatever its priority.
 */
export async function launchSessionChromium(more: readonly string[] = []): Promise<SessionChromium> {
  const profile = await mkdtemp(join(tmpdir(), 'larder-bench-profile-'));
  const child = spawn(await findChromium(), [...FLAGS, ...AS_IN_FRONT, ...more, '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exit = once(child, 'exit');
  const close = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exit;
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const browser = await chromium.connectOverCDP(await addressOf(child.stderr));
    return { browser, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** It says where it listens among much else, which is read to its end so that it never waits for a reader. */
async function addressOf(stderr: NodeJS.ReadableStream): Promise<string> {
  return await new Promise((resolve, reject) => {
    const said: string[] = [];
    createInterface({ input: stderr })
      .on('line', (line) => {
        const address = /DevTools listening on (ws:\S+)/.exec(line)?.[1];
        if (address === undefined) said.push(line);
        else resolve(address);
      })
      .on('close', () => reject(new Error(`Chromium ended before it listened: ${said.join('\n')}`)));
  });
}
