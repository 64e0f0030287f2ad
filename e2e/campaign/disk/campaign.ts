import { mountProblem, mountSmallDisk } from '../../invariants/small-disk.ts';
import type { Campaign } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import { noteCalls } from '../faults/note-calls.ts';
import type { Scenario } from '../faults/stage.ts';
import { volumeScenario } from '../faults/volume-scenarios.ts';
import { describeExits, noneMet, unmetKinds, walkFaults } from '../faults/walk.ts';
import { walkPart } from '../faults/walk-parts.ts';
import type { Part } from '../full/part.ts';
import { fullDiskViolations } from './check.ts';
import { ITEMS, Place, fillMidway, mount, realDisks, spareInodes, undisturbed, worksWhenFull } from './real-disks.ts';
import type { RealDisk } from './real-disks.ts';

/** Writes tried of each kind in each process, and the rest of the small dose. */
const SMALL = { tries: 2, inodeStride: 24, midway: [4] } as const;
const INODES = 220;
const LEAVE_BYTES_MAX = 400_000;

const generate = volumeScenario('generate', ITEMS);

interface Tried {
  midway: number;
  inodes: number;
  full: number;
}

async function at<T>(place: Place, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await place.close();
  }
}

type Kind = RealDisk['kind'];
type Expected = ReadonlyMap<string, Buffer>;

/** Somebody else fills it after so many entries. */
async function filledMidway(kind: Kind, made: number, draw: Draw, expected: Expected): Promise<string[]> {
  const [leave, isCatalogOnIt] = [draw.below(LEAVE_BYTES_MAX), draw.chance(0.5)];
  const place = await Place.open(mount(kind), isCatalogOnIt, expected);
  const where = `${kind}${isCatalogOnIt ? ' with the catalog' : ''}, filled after ${made} entries but for ${leave} bytes`;
  return (await at(place, () => fillMidway(place, made, leave))).map((violation) => `${where}: ${violation}`);
}

async function withoutAByte(kind: Kind, isCatalogOnIt: boolean, draw: Draw, expected: Expected): Promise<string[]> {
  const place = await Place.open(mount(kind), isCatalogOnIt, expected);
  return (await at(place, () => worksWhenFull(place, draw))).map((violation) => `${kind}${isCatalogOnIt ? ' with the catalog' : ''} without a free byte: ${violation}`);
}

async function onRealDisk({ kind }: RealDisk, dose: typeof SMALL, draw: Draw, expected: Expected, tried: Tried, violations: Violations): Promise<void> {
  for (const made of dose.midway) {
    violations.addAll(await filledMidway(kind, made, draw, expected));
    tried.midway++;
  }
  for (const isCatalogOnIt of [false, true]) {
    violations.addAll(await withoutAByte(kind, isCatalogOnIt, draw, expected));
    tried.full++;
  }
}

/** A job that may make so many files more. */
async function withInodes(spare: number, draw: Draw, expected: Expected): Promise<{ readonly isEnough: boolean; readonly violations: readonly string[] }> {
  const place = await Place.open(mountSmallDisk(`size=48m,nr_inodes=${INODES}`), draw.chance(0.5), expected);
  const run = await at(place, () => spareInodes(place, spare));
  return { isEnough: run.isEnough, violations: run.violations.map((violation) => `with ${spare} inodes: ${violation}`) };
}

/** One inode more each time, until they are enough. */
async function walkInodes(stride: number, draw: Draw, expected: Expected, tried: Tried, violations: Violations): Promise<void> {
  for (let spare = 0; spare < INODES; spare += 1 + draw.below(stride * 2 - 1)) {
    const run = await withInodes(spare, draw, expected);
    violations.addAll(run.violations);
    tried.inodes++;
    if (run.isEnough) return;
  }
  violations.add(`${INODES} inodes were not enough`);
}

const KINDS: readonly Kind[] = ['tmpfs', 'ext4'];
/** Each disk is filled after every number of entries, with other amounts left. */
const MIDWAY_EACH = 10;
/** Jobs without a free byte on each kind of disk, half of them with the catalog on it. */
const FULL_EACH = 20;
const INODES_A_PORTION = 6;

function diskParts(scenario: Scenario): Part[] {
  const noSpace = (['ENOSPC', 'EDQUOT'] as const).flatMap((kind) =>
    (['main', 'worker'] as const).map((role) => walkPart(`writes of a job of ${ITEMS} items that find no space`, { scenario, kind, role, isLasting: true, look: ({ hit, result }) => fullDiskViolations(result).map((violation) => `no space at ${hit}: ${violation}`) })),
  );
  const onDisks = KINDS.flatMap((kind): Part[] => [
    {
      name: `${kind} filled midway`,
      unit: 'disks filled midway',
      asked: ITEMS * MIDWAY_EACH,
      portion: ITEMS,
      problem: () => mountProblem(kind),
      run: async ({ seed, from, count }) => {
        const [draw, expected, violations] = [createDraw(seed), await undisturbed(), new Violations()];
        for (let n = from; n < from + count; n++) violations.addAll(await filledMidway(kind, n % ITEMS, draw, expected));
        return { done: count, violations: violations.all() };
      },
    },
    {
      name: `${kind} without a free byte`,
      unit: 'disks without a free byte',
      asked: FULL_EACH,
      portion: 4,
      problem: () => mountProblem(kind),
      run: async ({ seed, from, count }) => {
        const [draw, expected, violations] = [createDraw(seed), await undisturbed(), new Violations()];
        for (let n = from; n < from + count; n++) violations.addAll(await withoutAByte(kind, n % 2 === 1, draw, expected));
        return { done: count, violations: violations.all() };
      },
    },
  ]);
  return [...noSpace, ...onDisks, inodesPart];
}

const inodesPart: Part = {
  name: 'inodes',
  unit: 'counts of inodes, one more each time',
  asked: undefined,
  portion: INODES_A_PORTION,
  problem: () => mountProblem('tmpfs'),
  run: async ({ seed, from, count }) => {
    const [draw, expected, violations] = [createDraw(seed), await undisturbed(), new Violations()];
    for (let n = 0; n < count; n++) {
      const run = await withInodes(from + n, draw, expected);
      violations.addAll(run.violations);
      if (run.isEnough) return { done: n, isEnd: true, violations: violations.all() };
    }
    return { done: count, violations: violations.all() };
  },
};

export const diskCampaign: Campaign = {
  name: 'disk',
  title: 'Full disks',
  attempt: `no space and a used-up quota at one write after the other, in the command and in its worker, of \`generate\` over ${ITEMS} items, lasting until the run has ended; on real small file systems (tmpfs, and ext4 on a loop device) a disk that somebody else fills midway, one inode more each time from none, and clear, delete, purge and restore without a free byte, with the catalog on the same disk too, and with the space that it keeps for that used up before.`,
  promise: 'the run stops in good order with exit 3 and `DISK_FULL`, in a sentence with numbers; whatever has a final name is whole; with room again the same command completes every entry with its own numbers and leaves nothing behind; removing, purging and putting back work without a free byte, and what was removed is not told to be lost.',
  async run({ seed }) {
    const dose = SMALL;
    const violations = new Violations();
    const draw = createDraw(seed);
    const count = noneMet();
    const stage = await generate.open();
    try {
      await walkFaults(stage, await noteCalls(stage), { kinds: ['ENOSPC', 'EDQUOT'], roles: ['main', 'worker'], isLasting: true, tries: dose.tries }, draw, count, violations, ({ hit, result }) => fullDiskViolations(result).map((violation) => `no space at ${hit}: ${violation}`));
    } finally {
      await stage.close();
    }
    violations.addAll(unmetKinds(['ENOSPC', 'EDQUOT'], count));
    const tried: Tried = { midway: 0, inodes: 0, full: 0 };
    const disks = realDisks();
    const expected = await undisturbed();
    for (const disk of disks) if (disk.problem === undefined) await onRealDisk(disk, dose, draw, expected, tried, violations);
    if (disks[0]?.problem === undefined) await walkInodes(dose.inodeStride, draw, expected, tried, violations);
    return {
      dose: `${counted(count.met, 'write')} that found no space, ${counted(tried.midway, 'disk')} filled midway, ${counted(tried.inodes, 'count')} of inodes, ${counted(tried.full, 'disk')} without a free byte`,
      violations: violations.all(),
      measured: [`Writes that found no space ended with ${describeExits(count)}.`, ...disks.flatMap(({ kind, problem }) => (problem === undefined ? [] : [`No ${kind} could be mounted here, so nothing was tried on one: ${problem}`]))],
    };
  },
  parts: diskParts(generate),
};
