/**
 * `npm run bench:ui`: the budgets of the pages, measured in a real Chromium. Writes docs/ui-benchmarks.md; exits with 1 if
 * a budget is missed.
 */
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import ensureBuilt, { ROOT } from '../../browser/ensure-built.ts';
import { launchChromium } from '../../browser/find-chromium.ts';
import type { ServedLarder } from '../../browser/serve.ts';
import { serve } from '../../browser/serve.ts';
import { demoEnvironment } from '../../demo/run-command.ts';
import { writeDocument } from '../document.ts';
import { machineFacts } from '../machine.ts';
import { keepResult } from '../results.ts';
import { writeBigCaches } from './big-library.ts';
import { busyServer } from './busy-server.ts';
import { dragThrough, pageMemory, scroll, untilRows } from './browse.ts';
import type { UiFigure } from './report.ts';
import { isMet, pagesSection, renderUiReport } from './report.ts';
import { lookingAtVolumes } from './volumes.ts';

const RUNS = 3;

async function opened(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.goto(url);
  return page;
}

async function openItems(page: Page, label: string): Promise<void> {
  await page.goto(`${new URL(page.url()).origin}/#/`);
  await page.getByRole('article', { name: label }).getByRole('link', { name: label }).click();
  await page.getByRole('grid', { name: `Items of ${label}` }).getByRole('row').nth(5).waitFor();
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

const SORT = "document.querySelectorAll('[role=columnheader] button')[0].click()";
const searchFor = (text: string): string => `const box = document.querySelector('input[type=search]'); Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, ${JSON.stringify(text)}); box.dispatchEvent(new Event('input', { bubbles: true }))`;
const chip = (word: string): string => `Array.from(document.querySelectorAll('[role=group][aria-label="Filter by state"] button')).find((each) => each.innerText.includes('${word}')).click()`;

async function browsing(browser: Browser, served: ServedLarder): Promise<UiFigure[]> {
  const page = await opened(browser, served.url);
  await page.getByRole('article', { name: 'million' }).waitFor();
  await openItems(page, 'million');
  const sorts: number[] = [];
  for (let run = 0; run < RUNS * 2; run++) sorts.push(await untilRows(page, SORT));
  const searches: number[] = [];
  const filters: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    searches.push(await untilRows(page, searchFor(`_${77_000 + run}_`)), await untilRows(page, searchFor('')));
    filters.push(await untilRows(page, chip('damaged')), await untilRows(page, chip('All')));
  }
  const rates: number[] = [];
  for (let run = 0; run < RUNS; run++) rates.push(await scroll(page, 'million', 150));
  await dragThrough(page, 'million', 300);
  const memory = (await pageMemory(browser)) / 1e6;
  await page.context().close();
  return [
    { name: '1,000,000 rows: sort, to rows', unit: 'ms', values: sorts, budget: 100 },
    { name: '1,000,000 rows: search, to rows', unit: 'ms', values: searches, budget: 100 },
    { name: '1,000,000 rows: filter by state, to rows', unit: 'ms', values: filters, budget: 100 },
    { name: '1,000,000 rows: scrolling', unit: 'frames/s', values: rates, budget: 50 },
    { name: '1,000,000 rows: memory', unit: 'MB', values: [memory], budget: 300 },
  ];
}

async function measure(browser: Browser, paper: Browser, folder: string): Promise<UiFigure[]> {
  const data = join(folder, 'data');
  const environment = demoEnvironment(process.env, { data, hfHome: join(folder, 'hf') });
  await writeBigCaches(folder, data, [{ label: 'hundred-thousand', rows: 100_000 }]);
  const starts: number[] = [];
  for (let run = 0; run < RUNS; run++) starts.push(await coldStart(browser, environment, folder));
  const volumes = await lookingAtVolumes(browser, demoEnvironment(process.env, { data: join(folder, 'data-of-volumes'), hfHome: join(folder, 'hf') }), folder);
  const busyFolder = join(folder, 'busy');
  await mkdir(busyFolder);
  const busyData = join(busyFolder, 'data');
  const busy = await busyServer(paper, demoEnvironment(process.env, { data: busyData, hfHome: join(busyFolder, 'hf') }), busyFolder, busyData);
  await writeBigCaches(folder, data, [{ label: 'million', rows: 1_000_000 }]);
  const served = await serve(environment, folder);
  try {
    return [{ name: '100,000 entries: cold start, from the process to the library', unit: 'ms', values: starts, budget: 1500 }, ...(await browsing(paper, served)), ...volumes, ...busy];
  } finally {
    await served.stop();
  }
}

await ensureBuilt();
const folder = await realpath(await mkdtemp(join(tmpdir(), 'larder-bench-ui-')));
const browser = await launchChromium();
/** For pages without volumes: the processor puts them together by itself, as browsers do that have no graphics. Beside it, an emulated card would only be one more program to run. */
const paper = await launchChromium(['--disable-gpu-compositing']);
try {
  const figures = await measure(browser, paper, folder);
  const report = renderUiReport(figures, `Chromium ${browser.version()}, Node ${process.versions.node}`);
  await writeFile(join(ROOT, 'docs', 'ui-benchmarks.md'), report);
  await writeDocument(await keepResult('pages', { date: new Date().toISOString().slice(0, 10), facts: machineFacts(undefined), section: pagesSection(figures) }));
  console.log(report);
  process.exitCode = figures.every(isMet) ? 0 : 1;
} finally {
  await browser.close();
  await paper.close();
  await rm(folder, { recursive: true, force: true });
}
