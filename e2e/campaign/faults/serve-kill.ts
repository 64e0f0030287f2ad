import { setTimeout as sleep } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { openSetting } from '../../invariants/setting.ts';
import type { Setting } from '../../invariants/setting.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import { CLI } from '../../browser/ensure-built.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import type { Part } from '../full/part.ts';
import { Page } from '../soak/page.ts';
import { endViolations, momentViolations, readState } from './check.ts';
import type { CacheState } from './check.ts';
import { inProcess, mustSucceed } from './kept-state.ts';

const ITEMS = 12;
/** Until a job over so many items has ended. */
const JOB_MS = 2_000;
const PORTION = 10;

/** A job as the server tells it at its next start. */
export interface JobTold {
  readonly id: string;
  readonly state: string;
}

export interface ServeKill {
  readonly wasMidway: boolean;
  readonly violations: readonly string[];
}

/** What is wrong with what the next start says of the job that was under way. @param job undefined where it is not told at all */
export function nextStartViolations(job: JobTold | undefined, isWhole: boolean): string[] {
  if (job === undefined) return ['the job is not told any more'];
  if (job.state === 'interrupted' || (job.state === 'succeeded' && isWhole)) return [];
  return [`the job is told as ${job.state}${isWhole ? '' : ', and entries are missing'}: it neither goes on nor is it offered`];
}

interface Server {
  readonly page: Page;
  kill(): Promise<void>;
}

/** In a group of its own, which is killed as a whole. */
async function start(setting: Setting): Promise<Server> {
  const child = spawn(process.execPath, [CLI, 'serve', '--json'], { env: setting.environment as NodeJS.ProcessEnv, cwd: setting.root, stdio: ['ignore', 'pipe', 'ignore'], detached: true });
  const exit = once(child, 'exit');
  const line = await Promise.race([once(createInterface({ input: child.stdout }), 'line').then(([first]) => first as string), exit.then(() => undefined)]);
  if (line === undefined) throw new Error('larder serve ended at once.');
  const { url, port } = JSON.parse(line) as { readonly url: string; readonly port: number };
  const page = new Page({ url, port, origin: new URL(url).origin, pid: child.pid!, said: [], stop: () => Promise.resolve(null) });
  await page.enter();
  await page.open();
  return {
    page,
    async kill() {
      process.kill(-child.pid!, 'SIGKILL');
      await exit;
      page.close();
    },
  };
}

/** Kills a `larder serve` with all its workers while a job runs in it, starts it again, and goes on with the job as its user would. */
export async function killServes(count: number, draw: Draw): Promise<ServeKill[]> {
  const setting = await openSetting({ targetShape: [8, 8, 8], dataset: tinyDataset(ITEMS) });
  const here = inProcess(setting);
  const config = ['--config', setting.project.configPath];
  const outcomes: ServeKill[] = [];
  try {
    await mustSucceed(here.run('generate', '--yes', '--num-workers', '1', ...config));
    const wanted = readState(setting.cacheDirectory(), []).entries;
    for (let n = 0; n < count; n++) {
      await mustSucceed(here.run('clear', '--delete', '--yes', ...config));
      outcomes.push(await killOne(setting, wanted, draw));
    }
  } finally {
    here.close();
    await setting.close();
  }
  return outcomes;
}

async function killOne(setting: Setting, wanted: ReadonlyMap<string, Buffer>, draw: Draw): Promise<ServeKill> {
  const look = (): CacheState => readState(setting.cacheDirectory());
  const before = look();
  const first = await start(setting);
  const [cache] = await first.page.ask('library.list', {});
  const { jobId } = await first.page.ask('cache.generate', { cacheId: cache!.id, numWorkers: 2 });
  await sleep(draw.below(JOB_MS));
  await first.kill();
  const cut = look();
  const violations = momentViolations(before, cut);
  const next = await start(setting);
  try {
    const told = (await next.page.ask('jobs.list', {})).find(({ id }) => id === jobId);
    const isWhole = cut.entries.size === wanted.size;
    violations.push(...nextStartViolations(told, isWhole));
    if (told?.state === 'interrupted') await next.page.follow(await next.page.ask('jobs.resume', { jobId }));
    violations.push(...next.page.faults, ...momentViolations(cut, look()), ...endViolations(look(), wanted));
    return { wasMidway: !isWhole, violations: violations.map((violation) => `larder serve killed with ${cut.entries.size} of ${wanted.size} entries made: ${violation}`) };
  } finally {
    await next.kill();
  }
}

export const serveKillPart: Part = {
  name: 'larder serve with a job running',
  unit: 'kills of `larder serve` with a job running',
  asked: 300,
  portion: PORTION,
  async run({ count, seed }) {
    const outcomes = await killServes(count, createDraw(seed));
    return { done: count, violations: outcomes.flatMap(({ violations }) => violations), figures: { 'servers killed with a job midway': outcomes.filter(({ wasMidway }) => wasMidway).length } };
  },
};
