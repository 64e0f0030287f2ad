import { mountProblem } from '../../invariants/small-disk.ts';
import { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import { PICTURES, imageScenario } from '../faults/image-scenarios.ts';
import type { Scenario } from '../faults/stage.ts';
import { walkPart } from '../faults/walk-parts.ts';
import type { Part, PortionContext } from '../full/part.ts';
import { generateUnderQuota, imagesWorkAtQuota, noQuotaWords, pregenerateUnderQuota, quotaHere, waitsUnderQuota, worksAtQuota } from './quota.ts';
import { ITEMS, undisturbed } from './real-disks.ts';
import type { Expected, InodesTried, Kind } from './trials.ts';
import { filledMidway, imagesFilledMidway, imagesProblem, imagesWithInodes, imagesWithoutAByte, noSpaceViolations, withInodes, withoutAByte } from './trials.ts';

const KINDS: readonly Kind[] = ['tmpfs', 'ext4'];
/** Each disk is filled after every number of entries, with other amounts left. */
const MIDWAY_EACH = 10;
/** Jobs without a free byte on each kind of disk, half of them with the catalog on it. */
const FULL_EACH = 20;
const INODES_A_PORTION = 6;
const QUOTA_EACH = 50;
/** Pictures between two moments at which the disk is filled. */
const PICTURES_APART = 37;

/** Every write of a job finds no space, one after the other. */
function walksOf(scenario: Scenario, items: string): Part[] {
  return (['ENOSPC', 'EDQUOT'] as const).flatMap((kind) =>
    (['main', 'worker'] as const).map((role) => walkPart(`writes of a job of ${items} that find no space`, { scenario, kind, role, isLasting: true, look: (run) => noSpaceViolations(kind, run) })),
  );
}

interface Each {
  readonly draw: Draw;
  readonly expected: Expected;
  readonly n: number;
}

interface Counted {
  readonly name: string;
  readonly unit: string;
  readonly asked: number;
  readonly portion: number;
  problem(): string | undefined;
  /** @returns what is wrong */
  each(one: Each): Promise<readonly string[]>;
  /** Entries of volumes are compared. */
  readonly isOfVolumes: boolean;
}

function countedPart({ name, unit, asked, portion, problem, each, isOfVolumes }: Counted): Part {
  return {
    name, unit, asked, portion, problem,
    run: async ({ seed, from, count }) => {
      const [draw, expected, violations] = [createDraw(seed), isOfVolumes ? await undisturbed() : new Map<string, Buffer>(), new Violations()];
      for (let n = from; n < from + count; n++) violations.addAll(await each({ draw, expected, n }));
      return { done: count, violations: violations.all() };
    },
  }; // prettier-ignore
}

function onDisk(kind: Kind): Part[] {
  const problem = (): string | undefined => mountProblem(kind);
  const imageProblem = (): string | undefined => imagesProblem() ?? mountProblem(kind);
  return [
    countedPart({ name: `${kind} filled midway`, unit: 'disks filled midway', asked: ITEMS * MIDWAY_EACH, portion: ITEMS, problem, isOfVolumes: true, each: ({ n, draw, expected }) => filledMidway(kind, n % ITEMS, draw, expected) }),
    countedPart({ name: `${kind} without a free byte`, unit: 'disks without a free byte', asked: FULL_EACH, portion: 4, problem, isOfVolumes: true, each: ({ n, draw, expected }) => withoutAByte(kind, n % 2 === 1, draw, expected) }),
    countedPart({ name: `images: ${kind} filled midway`, unit: 'disks filled midway with pictures', asked: ITEMS * MIDWAY_EACH, portion: ITEMS, problem: imageProblem, isOfVolumes: false, each: ({ n, draw }) => imagesFilledMidway(kind, (n % ITEMS) * PICTURES_APART, draw) }),
    countedPart({ name: `images: ${kind} without a free byte`, unit: 'disks without a free byte under pictures', asked: FULL_EACH, portion: 4, problem: imageProblem, isOfVolumes: false, each: ({ n }) => imagesWithoutAByte(kind, n % 2 === 1, n % 4 < 2) }),
  ];
}

function inodesPart(name: string, unit: string, problem: () => string | undefined, tryOne: (spare: number, draw: Draw, expected: Expected) => Promise<InodesTried>, isOfVolumes: boolean): Part {
  return {
    name, unit, asked: undefined, portion: INODES_A_PORTION, problem,
    run: async ({ seed, from, count }: PortionContext) => {
      const [draw, expected, violations] = [createDraw(seed), isOfVolumes ? await undisturbed() : new Map<string, Buffer>(), new Violations()];
      for (let n = 0; n < count; n++) {
        const run = await tryOne(from + n, draw, expected);
        violations.addAll(run.violations);
        if (run.isEnough) return { done: n, isEnd: true, violations: violations.all() };
      }
      return { done: count, violations: violations.all() };
    },
  }; // prettier-ignore
}

const quotaProblem = (): string | undefined => (quotaHere() === undefined ? noQuotaWords() : undefined);

const QUOTA_PARTS: readonly Part[] = [
  countedPart({ name: 'generate under a quota', unit: 'quotas used up midway', asked: QUOTA_EACH, portion: 5, problem: quotaProblem, isOfVolumes: true, each: async ({ draw, expected }) => (await generateUnderQuota(quotaHere()!, draw, expected)).violations }),
  countedPart({ name: 'generate waits under a quota', unit: 'quotas waited for', asked: QUOTA_EACH, portion: 5, problem: quotaProblem, isOfVolumes: true, each: async ({ draw, expected }) => (await waitsUnderQuota(quotaHere()!, draw, expected)).violations }),
  countedPart({ name: 'pregenerate under a quota', unit: 'quotas used up midway', asked: QUOTA_EACH, portion: 5, problem: () => imagesProblem() ?? quotaProblem(), isOfVolumes: false, each: async ({ draw }) => (await pregenerateUnderQuota(quotaHere()!, draw)).violations }),
  countedPart({ name: 'a quota without a byte', unit: 'quotas without a byte', asked: FULL_EACH, portion: 4, problem: quotaProblem, isOfVolumes: true, each: ({ n, expected }) => worksAtQuota(quotaHere()!, n % 2 === 1, expected) }),
  countedPart({ name: 'images: a quota without a byte', unit: 'quotas without a byte', asked: FULL_EACH, portion: 4, problem: () => imagesProblem() ?? quotaProblem(), isOfVolumes: false, each: ({ n }) => imagesWorkAtQuota(quotaHere()!, n % 2 === 1) }),
];

/** The full dose. */
export function diskParts(generate: Scenario): Part[] {
  return [
    ...walksOf(generate, `${ITEMS} items`),
    ...walksOf(imageScenario(`pregenerate of ${PICTURES}`), `${PICTURES} pictures`),
    ...KINDS.flatMap(onDisk),
    inodesPart('inodes', 'counts of inodes, one more each time', () => mountProblem('tmpfs'), withInodes, true),
    inodesPart('images: inodes', 'counts of inodes for pictures, one more each time', () => imagesProblem() ?? mountProblem('tmpfs'), imagesWithInodes, false),
    ...QUOTA_PARTS,
  ];
}
