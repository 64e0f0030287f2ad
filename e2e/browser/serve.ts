import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Page } from 'playwright';
import { CLI } from './ensure-built.ts';

/** A `larder serve` in a process of its own. */
export interface ServedLarder {
  /** With the token, which works once. */
  readonly url: string;
  readonly origin: string;
  readonly port: number;
  readonly pid: number;
  /** What it said on stderr so far. */
  readonly said: readonly string[];
  /** Ctrl-C. @returns the exit code */
  stop(): Promise<number | null>;
}

export async function serve(environment: NodeJS.ProcessEnv, cwd: string, words: readonly string[] = []): Promise<ServedLarder> {
  const child = spawn(process.execPath, [CLI, 'serve', '--json', ...words], { env: environment, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const said: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => said.push(line));
  const lines = createInterface({ input: child.stdout });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const line = await Promise.race([once(lines, 'line').then(([first]) => first as string), exit.then(() => undefined)]);
  if (line === undefined) throw new Error(`larder serve ended at once: ${said.join('\n')}`);
  const { url, port } = JSON.parse(line) as { readonly url: string; readonly port: number };
  return {
    url,
    port,
    pid: child.pid!,
    origin: new URL(url).origin,
    said,
    async stop() {
      if (child.exitCode === null) child.kill('SIGINT');
      return (await exit)[0];
    },
  };
}

/** Follows the link and the entrance behind it, which passes the page on by itself: whoever goes elsewhere before that is interrupted. */
export async function enter(page: Page, { url }: Pick<ServedLarder, 'url'>): Promise<void> {
  await page.goto(url);
  await page.waitForURL((at) => !at.searchParams.has('token'));
}
