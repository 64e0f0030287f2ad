import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Locator, Page } from 'playwright';
import { expect } from 'vitest';
import type { CommandPlace } from '../../../src-renderer/ui/command-places.ts';
import { CLI } from '../ensure-built.ts';
import { launchChromium } from '../find-chromium.ts';
import type { ServedLarder } from '../serve.ts';
import { enter, serve } from '../serve.ts';
import type { Suite } from './places.ts';
import { Rounds } from './rounds.ts';

export const LONG_MS = 40_000;
/** Copied lines are for a POSIX shell. */
export const NO_SHELL = process.platform === 'win32';
if (NO_SHELL) console.log('Copied commands are not run: they are quoted for a POSIX shell, and Windows has none.');

/** A data folder with what it knows, and where its commands run. */
export interface Side {
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

export interface Ended {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copied line that was run. */
export interface Typed extends Ended {
  /** As it was copied. */
  readonly line: string;
}

export interface TypeOptions {
  /** To be added to the line, where a terminal would ask or the answer is to be read. */
  readonly flags?: string;
  /** `clicked`: in the folder of the page itself, for what has a twin only there. */
  readonly where?: 'clicked' | 'typed';
  /** Which of several lines of that place, by a part of it. */
  readonly having?: string;
  /** Names that only one side has, such as ids, by what they are on the other. */
  readonly renamed?: ReadonlyMap<string, string>;
}

/** The same twice: what is clicked in one folder is typed in the other, and the two are compared. */
export interface Twins<S extends Side> {
  readonly clicked: S;
  readonly typed: S;
  readonly page: Page;
  readonly served: ServedLarder;
  /** Copies what a place shows with its button, and runs it as a shell does. */
  type(place: CommandPlace, options?: TypeOptions): Promise<Typed>;
  /** Runs any line on a side. */
  shell(side: S, line: string): Promise<Ended>;
  /** The objects that a `larder … --json` prints on a side. */
  json(side: S, words: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
  /** A line of the place as it is shown. */
  shown(place: CommandPlace): Locator;
  /** Reads the same on both sides and fails unless it is equal: the end of a comparison. @returns what it is */
  expectSame<T>(read: (side: S) => Promise<T>): Promise<T>;
  /** The same for what a command says and what the page shows. */
  expectShown<T>(said: T, shown: T): void;
  /** Fails unless every place of that suite was copied, run and compared, and beside it what its click has called. */
  expectAllRun(suite: Suite): void;
  close(): Promise<void>;
}

export async function makeTwins<S extends Side>(make: () => Promise<S>): Promise<Twins<S>> {
  const [browser, clicked, typed] = await Promise.all([launchChromium(), make(), make()]);
  for (const { folder } of [clicked, typed]) await installLarder(folder);
  const served = await serve(clicked.environment, clicked.folder);
  const page = await openPage(browser);
  const rounds = new Rounds(page);
  await enter(page, served);
  await page.getByRole('main').waitFor();
  const shown = (place: CommandPlace): Locator => page.locator(`[data-command-place="${place}"]`);
  return {
    clicked,
    typed,
    page,
    served,
    shell,
    shown,
    async type(place, { flags = '', where = 'typed', having, renamed = new Map() } = {}) {
      const line = await copy(page, having === undefined ? shown(place).first() : shown(place).filter({ hasText: having }).first());
      rounds.typed(place);
      if (where === 'clicked') return { line, ...(await shell(clicked, `${line}${flags}`)) };
      let there = line.replaceAll(clicked.folder, typed.folder);
      for (const [here, other] of renamed) there = there.replaceAll(here, other);
      return { line, ...(await shell(typed, `${there}${flags}`)) };
    },
    async json(side, words) {
      const { stdout } = await shell(side, `larder ${words} --json`);
      return stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    },
    async expectSame(read) {
      const [here, there] = await Promise.all([read(clicked), read(typed)]);
      expect(there).toEqual(here);
      rounds.compared();
      return there;
    },
    expectShown(said, onPage) {
      expect(onPage).toEqual(said);
      rounds.compared();
    },
    expectAllRun: (suite) => rounds.expectAllRun(suite),
    async close() {
      await browser.close();
      await served.stop();
      await Promise.all([clicked.remove(), typed.remove()]);
    },
  };
}

/** Puts `larder` where `shell` finds it. */
export async function installLarder(folder: string): Promise<void> {
  await mkdir(join(folder, 'bin'), { recursive: true });
  await writeFile(join(folder, 'bin/larder'), `#!/bin/sh\nexec '${process.execPath}' '${CLI}' "$@"\n`, { mode: 0o755 });
}

/** Runs a line as a shell does. */
export async function shell({ folder, environment }: Pick<Side, 'folder' | 'environment'>, line: string): Promise<Ended> {
  const env = { ...environment, PATH: `${join(folder, 'bin')}:${process.env['PATH'] ?? ''}` };
  try {
    const { stdout, stderr } = await promisify(execFile)('/bin/sh', ['-c', line], { cwd: folder, env, maxBuffer: 2 ** 26 });
    return { exitCode: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { readonly code: number; readonly stdout: string; readonly stderr: string };
    return { exitCode: code, stdout, stderr };
  }
}

async function openPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

/** @returns what the button of the line put into the clipboard */
export async function copy(page: Page, line: Locator): Promise<string> {
  await line.waitFor();
  await page.evaluate("navigator.clipboard.writeText('nothing yet')");
  await line.getByRole('button').click();
  await line.getByText('Copied', { exact: true }).waitFor();
  return await page.evaluate<string>('navigator.clipboard.readText()');
}
