import { setTimeout as sleep } from 'node:timers/promises';
import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { endViolations, momentViolations } from '../faults/check.ts';
import { indexViolations } from '../faults/index-check.ts';
import type { Part } from '../full/part.ts';
import { ReaderCheck, pythonViolations } from './check.ts';
import { lookThroughTheDoor } from './door.ts';
import { workInALoop } from './larders.ts';
import { lookAt, readByPython, readInALoop } from './readers.ts';
import type { SharedCache } from './shared-cache.ts';
import { imagesProblem, openImages, openVolumes } from './shared-cache.ts';

const LARDERS = 4;
/** For each kind of cache. */
const SMALL_MS = 8_000;
/** The hour, half of it for each kind. */
const FULL_MINUTES = 30;
/** Each on a cache of its own. */
const PORTION_MINUTES = 3;

type Given = Pick<CampaignContext, 'seed' | 'python'>;

async function workTogether(open: () => Promise<SharedCache>, { seed, python }: Given, milliseconds: number): Promise<CampaignOutcome> {
  const violations = new Violations();
  const shared = await open();
  const { before, form, kept, cleared, filesOf, setting, library } = shared;
  try {
    const check = new ReaderCheck(form, before.entries, new Set(kept.flatMap((item) => filesOf(item))));
    const stop = new AbortController();
    const onlooker = await lookThroughTheDoor(shared, stop.signal);
    const pythonReading = python === undefined ? undefined : readByPython(python, shared, stop.signal);
    await pythonReading?.begun;
    const reading = readInALoop(shared, check, stop.signal);
    const working = Array.from({ length: LARDERS }, (_, n) => workInALoop(shared, createDraw(seed + n), stop.signal, (violation) => violations.add(violation)));
    await sleep(milliseconds);
    stop.abort();
    const counts = await Promise.all(working);
    await reading;
    await onlooker.ended;
    violations.addAll(check.violations);
    violations.addAll(onlooker.violations);
    const byPython = pythonViolations((await pythonReading?.ended) ?? []);
    violations.addAll(byPython.violations);
    const mustBe = new Set([...kept, ...cleared].flatMap((item) => filesOf(item)));
    violations.addAll(momentViolations({ ...before, entries: new Map([...before.entries].filter(([file]) => mustBe.has(file))) }, lookAt(shared), form));
    await setting.run(...shared.makes[0]!, ...shared.config);
    const end = lookAt(shared);
    violations.addAll(endViolations({ ...end, aside: [] }, before.entries));
    if (form.index !== undefined) violations.addAll(indexViolations(end, true, false));
    const commands = new Map<string, number>();
    for (const [name, count] of counts.flatMap((one) => [...one])) commands.set(name, (commands.get(name) ?? 0) + count);
    const all = [...commands.values()].reduce((sum, count) => sum + count, 0);
    return {
      dose: `${counted(all, 'command')} of ${LARDERS} Larders, ${counted(check.files, 'file')} read beside them${python === undefined ? '' : ` and ${byPython.files.toLocaleString('en-US')} by ${library}`}, ${counted(onlooker.pictures, 'picture')} served`,
      violations: violations.all(),
      measured: [`Commands: ${Array.from(commands, ([name, count]) => `${name} ${count}`).sort().join(', ')}.`],
    };
  } finally {
    await setting.close();
  }
}

async function smallDose(context: CampaignContext): Promise<CampaignOutcome> {
  const volumes = await workTogether(openVolumes, context, SMALL_MS);
  const problem = imagesProblem();
  const images = problem === undefined ? await workTogether(openImages, context, SMALL_MS) : { dose: 'none, because ' + problem, violations: [], measured: [] };
  return {
    dose: `on volumes ${volumes.dose}; on images ${images.dose}`,
    violations: [...volumes.violations.map((violation) => `volumes: ${violation}`), ...images.violations.map((violation) => `images: ${violation}`)],
    measured: [...volumes.measured.map((line) => `On volumes: ${line}`), ...images.measured.map((line) => `On images: ${line}`), ...(context.python === undefined ? ['There was no interpreter with PyTorch and Pillow to read beside them.'] : [])],
  };
}

function part(name: string, what: string, open: () => Promise<SharedCache>): Pick<Part, 'name' | 'unit' | 'asked' | 'portion' | 'run'> {
  return {
    name,
    unit: 'minutes',
    asked: FULL_MINUTES,
    portion: PORTION_MINUTES,
    run: async (context) => {
      const { violations, dose } = await workTogether(open, context, context.count * 60_000);
      return { done: context.count, violations, note: `In the last ${context.count} minutes on ${what}: ${dose}.` };
    },
  };
}

export const manyCampaign: Campaign = {
  name: 'many',
  title: 'Many at once',
  attempt: `${LARDERS} Larders that generate or pregenerate, verify, fix, clear, delete and restore at random on one cache with one catalog, of volumes and then of images, while a reader and, where there is one, Python read every entry over and over, and compare its bytes: volumes with PyTorch, images as the original training does, from the index over the metadata to the picture with Pillow. All the while a \`larder serve\` lists them and shows their pictures.`,
  promise: 'a reader never meets anything but whole entries with their own content; an entry nobody was told to remove is always there, in the list of the door, and in the index of an image cache; one that was cleared is there or set aside; the door shows a whole picture, or says of what may be removed that it is not there; nothing sound is called damaged; every command ends well or says that the cache is in use; in the end one run makes it complete and leaves nothing over.',
  run: smallDose,
  parts: [part('minutes on volumes, with a door', 'volumes', openVolumes), { ...part('minutes on images, with a door', 'images', openImages), problem: imagesProblem }],
};
