import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { CLI } from '../../browser/ensure-built.ts';
import type { ServedLarder } from '../../browser/serve.ts';
import { serve } from '../../browser/serve.ts';
import { runCommand } from '../../demo/run-command.ts';
import { createHubDouble } from '../../hub/index.ts';
import { SAMPLE_REPOSITORY, makeSampleVolumes, writeSampleProject } from '../../sample/index.ts';
import type { UiFigure } from './report.ts';

/** 33.5 MB of float32 an entry, as the example config makes them. */
const SHAPE = [128, 256, 256] as const;
const ENTRIES = 6;
const TURNS = 5;
/** From one item to the next. */
const STEPS = 5;
/** Neighbours are read while somebody looks. */
const LOOK_MS = 6_000;
const LIMIT_MS = 60_000;

/** A cache of entries as large as real ones. @returns its key names, in the order of the list */
export async function writeVolumes(folder: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const volumes = makeSampleVolumes().filter(({ split }) => split === 'train').slice(0, ENTRIES);
  const hub = await createHubDouble({ repoId: SAMPLE_REPOSITORY, files: volumes.map((volume) => ({ path: volume.repositoryPath, content: volume.bytes })) });
  try {
    const project = await writeSampleProject(join(folder, 'volumes'), hub.endpoint, { train: volumes.map((volume) => volume.volumeName), valid: [] }, { targetShape: SHAPE });
    await runCommand(['generate', '--config', project.configPath, '--yes'], { cliEntry: CLI, cwd: folder, environment, signal: new AbortController().signal }, () => undefined);
    const [directory] = await readdir(project.cacheRoot);
    const made = (await readdir(join(project.cacheRoot, directory!))).filter((name) => name.endsWith('.pt'));
    if (made.length < 4) throw new Error(`Only ${made.length} entries were made.`);
  } finally {
    await hub.close();
  }
}

/** Milliseconds until each. */
interface Shown {
  readonly picture: number;
  readonly volume: number;
}

/**
 * From a click or key until a picture of that entry is on the screen (the slices, or the volume
 * itself), and until its volume is drawn.
 *
 * @param act an expression that does it, in the page
 */
async function untilShown(page: Page, act: string): Promise<Shown> {
  return await page.evaluate(`new Promise((resolve, reject) => {
    const startMs = performance.now();
    const before = location.hash;
    let picture;
    const look = () => {
      const now = performance.now() - startMs;
      const key = /items\\/([0-9a-f]{32})/.exec(location.hash)?.[1];
      if (location.hash !== before && key !== undefined) {
        const slices = document.querySelector('[aria-label="Picture"] img[src*="' + key + '"]');
        const isDrawn = document.querySelector('canvas[data-shown="' + key + '"]') !== null;
        if (isDrawn || (slices?.complete && slices.naturalWidth > 0)) picture ??= now;
        if (isDrawn) return resolve({ picture, volume: now });
      }
      if (now > ${LIMIT_MS}) return reject(new Error('No volume within ${LIMIT_MS} ms.'));
      requestAnimationFrame(look);
    };
    ${act};
    requestAnimationFrame(look);
  })`);
}

const CLICK_FIRST = `document.querySelector('[role=grid] [role=row][aria-rowindex="2"]').click()`;
const DOWN = `document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowDown', bubbles: true }))`;

export async function lookingAtVolumes(browser: Browser, environment: NodeJS.ProcessEnv, folder: string, data: string): Promise<UiFigure[]> {
  await writeVolumes(folder, environment);
  const firsts: Shown[] = [];
  const next: Shown[] = [];
  for (let turn = 0; turn < TURNS; turn++) {
    await rm(join(data, 'previews'), { recursive: true, force: true });
    const served = await serve(environment, folder);
    try {
      const page = await openList(browser, served);
      firsts.push(await untilShown(page, CLICK_FIRST));
      if (turn === TURNS - 1) next.push(...(await goOn(page)));
      await page.context().close();
    } finally {
      await served.stop();
    }
  }
  return [
    { name: '33 MB entry: first slice', unit: 'ms', values: firsts.map(({ picture }) => picture), budget: 300 },
    { name: '33 MB entry: NiiVue ready', unit: 'ms', values: firsts.map(({ volume }) => volume), budget: 1500 },
    { name: '33 MB entry: next item, picture', unit: 'ms', values: next.map(({ picture }) => picture), budget: 100 },
    { name: '33 MB entry: next item, NiiVue ready', unit: 'ms', values: next.map(({ volume }) => volume), budget: 1500 },
  ];
}

/** A person has looked at the list for a moment before clicking. */
async function openList(browser: Browser, served: ServedLarder): Promise<Page> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(served.url);
  await page.getByRole('article').getByRole('link').first().click();
  await page.getByRole('grid').getByRole('row').nth(3).waitFor();
  await page.waitForTimeout(2_000);
  return page;
}

/** From item to item, as somebody who looks at each for a while. */
async function goOn(page: Page): Promise<Shown[]> {
  const shown: Shown[] = [];
  await page.getByRole('grid').focus();
  for (let step = 0; step < STEPS; step++) {
    await page.waitForTimeout(LOOK_MS);
    shown.push(await untilShown(page, DOWN));
  }
  return shown;
}
