import type { Browser, Page } from 'playwright';
import type { ServedLarder } from '../../browser/serve.ts';
import { serve } from '../../browser/serve.ts';
import { dragThrough, pageMemory, scroll, untilRows } from './browse.ts';
import type { ScrollRates } from './browse.ts';
import { median } from '../figure.ts';
import type { UiFigure } from './report.ts';

const RUNS = 5;
const LABEL = 'million';

async function openItems(browser: Browser, served: ServedLarder): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(served.url);
  await page.getByRole('article', { name: LABEL }).getByRole('link', { name: LABEL }).click();
  await page.getByRole('grid', { name: `Items of ${LABEL}` }).getByRole('row').nth(5).waitFor();
  return page;
}

const sortBy = (column: number): string => `document.querySelectorAll('[role=columnheader] button')[${column}].click()`;
const searchFor = (text: string): string => `const box = document.querySelector('input[type=search]'); Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(box, ${JSON.stringify(text)}); box.dispatchEvent(new Event('input', { bubbles: true }))`;
const chip = (word: string): string => `Array.from(document.querySelectorAll('[role=group][aria-label="Filter by state"] button')).find((each) => each.innerText.includes('${word}')).click()`;

/** A browser that has shown no page yet starts processes and reads fonts with its first. */
async function showLibrary(browser: Browser, environment: NodeJS.ProcessEnv, folder: string): Promise<void> {
  const served = await serve(environment, folder);
  try {
    const page = await (await browser.newContext()).newPage();
    await page.goto(served.url);
    await page.getByRole('article', { name: LABEL }).waitFor();
    await page.context().close();
  } finally {
    await served.stop();
  }
}

/**
 * What is done first with a list that has just been opened, each time behind a server that has just been started.
 *
 * @returns ms of each action, the middle of its runs; they take turns, so that a moment in which the machine does something else is not three runs of one
 */
async function firstActions(browser: Browser, environment: NodeJS.ProcessEnv, folder: string): Promise<number[]> {
  await showLibrary(browser, environment, folder);
  const actions = [sortBy(0), searchFor('_77001_'), chip('damaged'), ...[1, 2, 3].map((column) => sortBy(column))].map((act) => ({ act, times: [] as number[] }));
  for (let run = 0; run < RUNS; run++) {
    for (const { act, times } of actions) {
      const served = await serve(environment, folder);
      try {
        const page = await openItems(browser, served);
        times.push(await untilRows(page, act));
        await page.context().close();
      } finally {
        await served.stop();
      }
    }
  }
  return actions.map(({ times }) => median(times));
}

/** @returns MB, when every stretch of the list was on the screen once */
async function memoryAfterAll(browser: Browser, page: Page): Promise<number> {
  await dragThrough(page, LABEL, 300);
  return (await pageMemory(browser)) / 1e6;
}

async function memoryOfFreshPage(browser: Browser, served: ServedLarder): Promise<number> {
  const page = await openItems(browser, served);
  try {
    return await memoryAfterAll(browser, page);
  } finally {
    await page.context().close();
  }
}

/** A list of a million rows, which `label` in the library leads to. */
export async function browsingLists(browser: Browser, environment: NodeJS.ProcessEnv, folder: string): Promise<UiFigure[]> {
  const firsts = await firstActions(browser, environment, folder);
  const served = await serve(environment, folder);
  try {
    const page = await openItems(browser, served);
    const sorts: number[] = [];
    for (let run = 0; run < RUNS; run++) sorts.push(await untilRows(page, sortBy(0)));
    const searches: number[] = [];
    const filters: number[] = [];
    for (let run = 0; run < RUNS; run++) {
      searches.push(await untilRows(page, searchFor(`_${77_000 + run}_`)), await untilRows(page, searchFor('')));
      filters.push(await untilRows(page, chip('damaged')), await untilRows(page, chip('All')));
    }
    const rates: ScrollRates[] = [];
    for (let run = 0; run < RUNS; run++) rates.push(await scroll(page, LABEL, 150));
    const memory = [await memoryAfterAll(browser, page)];
    await page.context().close();
    for (let run = 1; run < RUNS; run++) memory.push(await memoryOfFreshPage(browser, served));
    return [
      { name: '1,000,000 rows: what is done first (four sorts, a search, a filter; each the middle of five), to rows', unit: 'ms', values: firsts, budget: 100, isWorstJudged: true },
      { name: '1,000,000 rows: sort, to rows', unit: 'ms', values: sorts, budget: 100 },
      { name: '1,000,000 rows: search, to rows', unit: 'ms', values: searches, budget: 100 },
      { name: '1,000,000 rows: filter by state, to rows', unit: 'ms', values: filters, budget: 100 },
      { name: '1,000,000 rows: scrolling, the slowest 50 frames', unit: 'frames/s', values: rates.map(({ slowest }) => slowest), budget: 50, isWorstJudged: true },
      { name: '1,000,000 rows: scrolling, over all frames', unit: 'frames/s', values: rates.map(({ mean }) => mean) },
      { name: '1,000,000 rows: memory', unit: 'MB', values: memory, budget: 300 },
    ];
  } finally {
    await served.stop();
  }
}
