/**
 * `npm run bench:ui`: the budgets of the pages, measured in a real Chromium. Writes docs/ui-benchmarks.md; exits with 1 if
 * a budget is missed. `--only start,lists,volumes,busy` measures a part of them, and writes nothing.
 */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright';
import ensureBuilt, { ROOT } from '../../browser/ensure-built.ts';
import { EMULATED_CARD } from '../../browser/find-chromium.ts';
import { serve } from '../../browser/serve.ts';
import { demoEnvironment } from '../../demo/run-command.ts';
import { writeDocument } from '../document.ts';
import { coresTakenByOthers, machineFacts } from '../machine.ts';
import { keepResult } from '../results.ts';
import { settleDisk } from '../settle-disk.ts';
import { writeBigCaches } from './big-library.ts';
import { busyServer } from './busy-server.ts';
import { browsingLists } from './lists.ts';
import type { MeasuredPart, UiFigure } from './report.ts';
import { isMet, pagesSection, renderUiReport } from './report.ts';
import { launchSessionChromium } from './session-chromium.ts';
import { lookingAtVolumes } from './volumes.ts';

const RUNS = 5;

async function opened(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

/** From starting the process until the library is there; the first hundred thousand entries lie in its catalog. */
async function coldStart(browser: Browser, environment: NodeJS.ProcessEnv, folder: string): Promise<number> {
  const startMs = performance.now();
  const served = await serve(environment, folder);
  const page = await opened(browser, served.url);
  await page.getByRole('article', { name: 'hundred-thousand' }).waitFor();
  const passed = performance.now() - startMs;
  await page.context().close();
  await served.stop();
  return passed;
}

/** A part by itself is measured and shown, but written nowhere. */
const PARTS = ['start', 'lists', 'volumes', 'busy'] as const;
type Part = (typeof PARTS)[number];

interface Setting {
  /** With volumes, and for pages without. */
  readonly browser: Browser;
  readonly paper: Browser;
  readonly folder: string;
}

/** Of this part's own, and its environment. */
async function ownFolder({ folder }: Setting, part: Part): Promise<{ readonly folder: string; readonly data: string; readonly environment: NodeJS.ProcessEnv }> {
  const own = join(folder, part);
  await mkdir(own);
  const data = join(own, 'data');
  return { folder: own, data, environment: demoEnvironment(process.env, { data, hfHome: join(own, 'hf') }) };
}

const MEASURE: Readonly<Record<Part, (setting: Setting) => Promise<readonly UiFigure[]>>> = {
  async start(setting) {
    const { folder, data, environment } = await ownFolder(setting, 'start');
    await writeBigCaches(folder, data, [{ label: 'hundred-thousand', rows: 100_000 }]);
    const starts: number[] = [];
    for (let run = 0; run < RUNS; run++) starts.push(await coldStart(setting.browser, environment, folder));
    return [{ name: '100,000 entries: cold start, from the process to the library', unit: 'ms', values: starts, budget: 1500 }];
  },
  async lists(setting) {
    const { folder, data, environment } = await ownFolder(setting, 'lists');
    await writeBigCaches(folder, data, [{ label: 'hundred-thousand', rows: 100_000 }, { label: 'million', rows: 1_000_000 }]);
    return await browsingLists(setting.paper, environment, folder);
  },
  async volumes(setting) {
    const { folder, data, environment } = await ownFolder(setting, 'volumes');
    return await lookingAtVolumes(setting.browser, environment, folder, data);
  },
  async busy(setting) {
    const { folder, data, environment } = await ownFolder(setting, 'busy');
    return await busyServer(setting.paper, environment, folder, data);
  },
};

/** `--only lists,busy` @throws Error for a part that there is not */
function chosenParts(): readonly Part[] {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
  return only === undefined ? PARTS : only.split(',').map((name) => PARTS.find((part) => part === name) ?? fail(`There is no part ${name}; there are ${PARTS.join(', ')}.`));
}

function fail(message: string): never {
  throw new Error(message);
}

/**
 * One part, with browsers of its own: what the one before has left running, in memory or unwritten would be measured with it, so
 * that a figure of a whole run would be another one than that of the part by itself.
 */
async function measured(part: Part, folder: string): Promise<MeasuredPart> {
  await settleDisk();
  const othersCores = await coresTakenByOthers();
  const chromium = await launchSessionChromium(EMULATED_CARD);
  /** For pages without volumes: the processor puts them together by itself, as browsers do that have no graphics. Beside it, an emulated card would only be one more program to run. */
  const paper = await launchSessionChromium([...EMULATED_CARD, '--disable-gpu-compositing']);
  try {
    return { part, othersCores, browserVersion: chromium.browser.version(), figures: await MEASURE[part]({ browser: chromium.browser, paper: paper.browser, folder }) };
  } finally {
    await chromium.close();
    await paper.close();
    await rm(join(folder, part), { recursive: true, force: true });
  }
}

const parts = chosenParts();
await ensureBuilt();
const folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-bench-ui-')));
try {
  const done: MeasuredPart[] = [];
  for (const part of parts) done.push(await measured(part, folder));
  const figures = done.flatMap((each) => each.figures);
  const report = renderUiReport(figures, `Chromium ${done[0]!.browserVersion}, Node ${process.versions.node}`, done);
  if (parts === PARTS) {
    await writeFile(join(ROOT, 'docs', 'ui-benchmarks.md'), report);
    await writeDocument(await keepResult('pages', { date: new Date().toISOString().slice(0, 10), facts: machineFacts(undefined), section: pagesSection(figures) }));
  }
  console.log(report);
  process.exitCode = figures.every(isMet) ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
