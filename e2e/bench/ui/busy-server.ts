import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright';
import { CLI } from '../../browser/ensure-built.ts';
import { serve } from '../../browser/serve.ts';
import { runCommand } from '../../demo/run-command.ts';
import { createHubDouble } from '../../hub/index.ts';
import { SAMPLE_REPOSITORY, makeSampleVolumes, writeSampleProject } from '../../sample/index.ts';
import { writeBigCaches } from './big-library.ts';
import { scroll } from './browse.ts';
import type { UiFigure } from './report.ts';
import { writeVolumes } from './volumes.ts';

const ENTRIES = 10;
const TURNS = 5;
const ROUNDS_MIN = 5;
const ROUNDS_MAX = 60;
const MONITOR = pathToFileURL(join(import.meta.dirname, 'loop-monitor.mjs')).href;

interface LoopDelays {
  readonly maxMs: number;
  readonly p99Ms: number;
  /** The longest pause without what of it was waiting for a core; absent where the system does not tell. */
  readonly ownMaxMs?: number;
  /** The most it computed at a stretch; absent where the system does not tell. */
  readonly workMaxMs?: number;
}

/** Generates one cache and verifies another while a third, of a million rows, is browsed. How long its main process was ever late. */
export async function busyServer(browser: Browser, environment: NodeJS.ProcessEnv, folder: string, data: string): Promise<UiFigure[]> {
  const run = (...words: readonly string[]) => runCommand(words, { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, () => undefined);
  const volumes = makeSampleVolumes().slice(0, ENTRIES);
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: volumes.map((volume) => ({ path: volume.repositoryPath, content: volume.bytes })) });
  try {
    await writeVolumes(folder, environment);
    const project = await writeSampleProject(join(folder, 'made-meanwhile'), hub.endpoint, { train: volumes.map((volume) => volume.volumeName), valid: [] }, { targetShape: [128, 256, 256] });
    await run('generate', '--config', project.configPath, '--yes');
    await writeBigCaches(folder, data, [{ label: 'million', rows: 1_000_000 }]);
    const delays: LoopDelays[] = [];
    for (let turn = 0; turn < TURNS; turn++) {
      await run('clear', '--config', project.configPath, '--state', 'cached', '--delete', '--yes');
      delays.push(await measure(browser, environment, folder));
    }
    const own = delays.flatMap(({ ownMaxMs }) => ownMaxMs ?? []);
    const work = delays.flatMap(({ workMaxMs }) => workMaxMs ?? []);
    return [
      { name: 'Main process, generating, verifying and browsing: longest pause', unit: 'ms', values: delays.map(({ maxMs }) => maxMs), budget: 50 },
      { name: 'Main process, generating, verifying and browsing: 99 of 100 pauses within', unit: 'ms', values: delays.map(({ p99Ms }) => p99Ms), budget: 50 },
      ...(own.length === 0 ? [] : [{ name: 'Main process, generating, verifying and browsing: longest pause that was not waiting for a core', unit: 'ms' as const, values: own, budget: 50 }]),
      ...(work.length === 0 ? [] : [{ name: 'Main process, generating, verifying and browsing: longest stretch of work', unit: 'ms' as const, values: work, budget: 50 }]),
    ];
  } finally {
    await hub.close();
  }
}

/** By the button of the cache and of its dialog, as a person does it. */
async function start(page: Page, place: string, button: RegExp): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#/`);
  await page.getByRole('article').filter({ hasText: place }).getByRole('link').first().click();
  await page.getByRole('button', { name: button }).click();
  await page.getByRole('dialog').getByRole('button', { name: button }).click();
  await page.getByText(/is running/).first().waitFor();
}

/** Sorts, searches and scrolls until both jobs are done, and at least for some rounds. */
async function browse(page: Page): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#/`);
  await page.getByRole('article', { name: 'million' }).getByRole('link', { name: 'million' }).click();
  await page.getByRole('grid').getByRole('row').nth(5).waitFor();
  const isRunning = async (): Promise<boolean> => (await page.getByText(/No job is running/).count()) === 0;
  for (let round = 0; round < ROUNDS_MIN || (round < ROUNDS_MAX && (await isRunning())); round++) {
    await page.getByRole('columnheader').getByRole('button').nth(round % 3).click();
    await page.getByRole('searchbox').fill(`_${77_000 + round}_`);
    await page.waitForTimeout(300);
    await page.getByRole('searchbox').fill('');
    await scroll(page, 'million', 20);
  }
}

async function measure(browser: Browser, environment: NodeJS.ProcessEnv, folder: string): Promise<LoopDelays> {
  const file = join(folder, 'loop-delays.json');
  const served = await serve({ ...environment, NODE_OPTIONS: `--import=${MONITOR}`, LARDER_BENCH_LOOP_FILE: file }, folder);
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
    await page.goto(served.url);
    await page.getByRole('article').nth(2).waitFor();
    process.kill(served.pid, 'SIGUSR2');
    await start(page, '/made-meanwhile/', /^Generate \d/);
    await start(page, '/volumes/', /^Verify$/);
    await browse(page);
    await page.context().close();
  } finally {
    await served.stop();
  }
  return JSON.parse(await readFile(`${file}.${served.pid}`, 'utf8')) as LoopDelays;
}
