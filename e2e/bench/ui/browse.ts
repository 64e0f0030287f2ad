import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright';

const WHEEL_PX = 700;

/** Frames of the stretch by which the slowest moment is told. */
const WINDOW_FRAMES = 50;

export interface ScrollRates {
  /** Frames a second over the whole time. */
  readonly mean: number;
  /** The same over the slowest 50 frames that follow each other. */
  readonly slowest: number;
}

/** @param frames when each was painted, ms, two at least */
export function scrollRates(frames: readonly number[]): ScrollRates {
  const rate = (from: number, to: number): number => ((to - from) * 1000) / (frames[to]! - frames[from]!);
  const width = Math.min(WINDOW_FRAMES, frames.length - 1);
  const windows = Array.from({ length: frames.length - width }, (_, from) => rate(from, from + width));
  return { mean: rate(0, frames.length - 1), slowest: Math.min(...windows) };
}

/** Wheels through the rows. */
export async function scroll(page: Page, label: string, wheels: number): Promise<ScrollRates> {
  const box = (await page.getByRole('grid', { name: `Items of ${label}` }).boundingBox())!;
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.evaluate('window.benchFrames = []; window.benchOn = true; (function tick(t) { window.benchFrames.push(t); if (window.benchOn) requestAnimationFrame(tick); })(performance.now())');
  for (let i = 0; i < wheels; i++) await page.mouse.wheel(0, WHEEL_PX);
  const frames = (await page.evaluate('window.benchOn = false, window.benchFrames')) as number[];
  return scrollRates(frames);
}

/** Drags the bar through the whole list, then jumps: every stretch of it was on the screen once. */
export async function dragThrough(page: Page, label: string, steps: number): Promise<void> {
  await page.getByRole('grid', { name: `Items of ${label}` }).waitFor();
  for (let step = 0; step <= steps; step++) {
    await page.evaluate(`(() => { const grid = document.querySelector('[role=grid]'); const box = [grid, ...grid.querySelectorAll('*'), grid.parentElement].find((each) => each.scrollHeight > each.clientHeight + 1000); if (box === undefined) throw new Error('Nothing here scrolls.'); box.scrollTop = (box.scrollHeight - box.clientHeight) * ${step / steps}; })()`);
    await page.waitForTimeout(40);
  }
}

/**
 * @param act an expression that does it, in the page
 * @returns ms from there until the first row is another one and is painted
 */
export async function untilRows(page: Page, act: string): Promise<number> {
  return await page.evaluate(`new Promise((resolve, reject) => {
    const first = () => document.querySelector('[role=grid] [role=row][aria-rowindex="2"]')?.innerText ?? '';
    const before = first();
    const startMs = performance.now();
    const look = () => {
      const now = first();
      if (/nii/.test(now) && now !== before) return resolve(performance.now() - startMs);
      if (performance.now() - startMs > 10_000) return reject(new Error('The rows did not change: ' + now));
      requestAnimationFrame(look);
    };
    ${act};
    requestAnimationFrame(look);
  })`);
}

/** Private memory of the page's process, bytes: its heap, and everything the browser holds for it. */
export async function pageMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = await Promise.all(processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => privateBytes(id)));
  return Math.max(...sizes);
}

async function privateBytes(pid: number): Promise<number> {
  const text = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
  return [...text.matchAll(/^Private_(?:Clean|Dirty):\s+(\d+) kB/gm)].reduce((sum, [, kilobytes]) => sum + Number(kilobytes) * 1024, 0);
}
