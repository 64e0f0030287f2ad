import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import type { SampleLibrary } from '../../browser/sample-library.ts';
import { makeSampleLibrary } from '../../browser/sample-library.ts';
import { serve } from '../../browser/serve.ts';
import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { NO_FONTS, writePlace } from '../faults/image-scenarios.ts';
import { ROUNDS_MIN, soakVerdict } from './check.ts';
import type { SoakVerdict } from './check.ts';
import { MEMORY_FILE_VARIABLE, sampleMemory } from './memory.ts';
import type { ServerSample } from './memory.ts';
import { Page } from './page.ts';
import type { LivedCache } from './round.ts';
import { IMAGE_PICTURES, VOLUME_PICTURES, liveRound } from './round.ts';

const SMALL_MS = 20_000;
const FULL_MINUTES = 60;
const HOOK = pathToFileURL(join(import.meta.dirname, 'memory-hook.ts')).href;
/** Without bounds V8 lets garbage lie where there is much memory. */
const SMALL_HEAP = '--max-old-space-size=128 --max-semi-space-size=2';

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;
const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

function workersTold({ workers }: ServerSample, { workers: judged }: SoakVerdict): string {
  const each = Array.from(workers.values(), ({ heapBytes, residentBytes, descriptors }) => `${megabytes(heapBytes)} and ${megabytes(residentBytes)} with ${descriptors} descriptors`);
  return `Beside it at the end ${counted(workers.size, 'worker')}: ${each.join(', ')}; ${judged} of them lived long enough to be judged one by one.`;
}

/** Both kinds, where there are fonts to draw with. */
async function makeCaches(library: SampleLibrary): Promise<readonly Omit<LivedCache, 'id'>[]> {
  const volumes = { directory: library.directory, pictures: VOLUME_PICTURES };
  const fonts = findKhmerFonts();
  if (fonts === undefined) return [volumes];
  const { cache, config } = writePlace(library.folder, fonts, ['KhmerOS.ttf', 'KhmerOSbattambang.ttf']);
  const { exitCode, stderr } = await library.run('pregenerate', ...config);
  if (exitCode !== 0) throw new Error(`pregenerate: ${stderr.join('\n')}`);
  return [volumes, { directory: cache, pictures: IMAGE_PICTURES }];
}

async function soak({ seed }: Pick<CampaignContext, 'seed'>, milliseconds: number): Promise<CampaignOutcome> {
  const violations = new Violations();
  const library = await makeSampleLibrary();
  const made = await makeCaches(library);
  const memoryFile = join(library.folder, 'memory');
  const environment = { ...library.environment, NODE_OPTIONS: `--import=${HOOK} ${SMALL_HEAP}`, [MEMORY_FILE_VARIABLE]: memoryFile };
  const served = await serve(environment, library.folder);
  const page = new Page(served);
  const samples: ServerSample[] = [];
  try {
    const draw = createDraw(seed);
    await page.enter();
    await page.open();
    const known = await page.ask('library.list', {});
    const caches = made.map((cache) => ({ ...cache, id: known.find(({ directory }) => directory === cache.directory)!.id }));
    await page.follow(await page.ask('cache.fix', { cacheId: caches[0]!.id }));
    await page.leave();
    for (const endMs = Date.now() + milliseconds; Date.now() < endMs || samples.length < ROUNDS_MIN; ) {
      await liveRound(page, caches[samples.length % caches.length]!, draw);
      samples.push(await sampleMemory(served.pid, memoryFile));
    }
    page.close();
    const code = await served.stop();
    if (code !== 0) violations.add(`the server ended with ${code}: ${served.said.slice(-5).join(' | ')}`);
  } catch (error) {
    violations.add(`round ${samples.length + 1}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    page.close();
    await served.stop();
    await library.remove();
  }
  violations.addAll(page.faults);
  const verdict = soakVerdict(samples);
  violations.addAll(verdict.violations);
  const last = samples.at(-1);
  return {
    dose: `${counted(samples.length, 'round')}${made.length === 1 ? ` of volumes only, because ${NO_FONTS}` : ', volumes and images in turn'}`,
    violations: violations.all(),
    measured: last === undefined ? [] : [`At the end ${megabytes(last.heapBytes)} of heap and buffers and ${megabytes(last.residentBytes)} resident, ${last.descriptors} descriptors; from the middle third to the last one heap ${percent(verdict.heapGrowth)}, resident ${percent(verdict.residentGrowth)}, descriptors ${verdict.descriptors.join(' to ')}.`, workersTold(last, verdict)],
  };
}

export const soakCampaign: Campaign = {
  name: 'soak',
  title: 'Soak',
  attempt: 'one `larder serve` that is asked over and over to verify, fix, clear and generate a cache in which an entry was damaged and another removed, of volumes and of images in turn, and to show it: lists, facts, thumbnails, pictures and volumes, in tabs that open and close.',
  promise: 'after the first third of the rounds neither the heap (after a forced collection) nor resident memory grows by 5 %, nor over the whole hour behind its first ten minutes, by a line through what is held at least, and no descriptor stays open; the same of each worker that stays, once it has lived through 30 rounds, and no more of them wait; no answer is a fault; it ends in good order. What is judged is memory and not speed, so that other campaigns may run beside it: they only make the rounds fewer.',
  run: (context) => soak(context, SMALL_MS),
  parts: [
    {
      name: 'hour, both kinds and workers',
      unit: 'minutes without a break',
      asked: FULL_MINUTES,
      // Growth shows in one process that goes on: what is stopped midway begins anew.
      portion: FULL_MINUTES,
      run: async (context) => {
        const { violations, dose, measured } = await soak(context, context.count * 60_000);
        return { done: context.count, violations, note: `${dose}. ${measured.join(' ')}` };
      },
    },
  ],
};
