import type { Campaign } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import { PICTURES, imageScenario } from '../faults/image-scenarios.ts';
import { noteCalls } from '../faults/note-calls.ts';
import type { Scenario } from '../faults/stage.ts';
import { volumeScenario } from '../faults/volume-scenarios.ts';
import { describeExits, noneMet, unmetKinds, walkFaults } from '../faults/walk.ts';
import type { WalkCount } from '../faults/walk.ts';
import { diskParts } from './parts.ts';
import { generateUnderQuota, imagesWorkAtQuota, noQuotaWords, pregenerateUnderQuota, quotaHere, waitsUnderQuota } from './quota.ts';
import type { QuotaKind } from '../../invariants/quota-disk.ts';
import { ITEMS, realDisks, undisturbed } from './real-disks.ts';
import type { RealDisk } from './real-disks.ts';
import type { Expected, InodesTried } from './trials.ts';
import { INODES, filledMidway, imagesFilledMidway, imagesProblem, imagesWithInodes, imagesWithoutAByte, noSpaceViolations, withInodes, withoutAByte } from './trials.ts';

/** Writes tried of each kind in each process, and the rest of the small dose. */
const SMALL = { tries: 1, inodeStride: 24, imageInodeStride: 12, midway: [4], picturesMidway: 90 } as const;

const generate = volumeScenario('generate', ITEMS);
const pregenerate = imageScenario(`pregenerate of ${PICTURES}`);

class Tried {
  midway = 0;
  inodes = 0;
  full = 0;
  quotas = 0;
  /** Quotas that a job met before it was done. */
  quotasMet = 0;
}

/** Half of them with the catalog on it. */
async function onRealDisk({ kind }: RealDisk, draw: Draw, expected: Expected, tried: Tried, violations: Violations): Promise<void> {
  for (const made of SMALL.midway) violations.addAll(await filledMidway(kind, made, draw, expected));
  tried.midway += SMALL.midway.length;
  for (const isCatalogOnIt of [false, true]) violations.addAll(await withoutAByte(kind, isCatalogOnIt, draw, expected));
  tried.full += 2;
  if (imagesProblem() !== undefined) return;
  violations.addAll(await imagesFilledMidway(kind, SMALL.picturesMidway, draw));
  tried.midway++;
  violations.addAll(await imagesWithoutAByte(kind, kind === 'ext4', draw.chance(0.5)));
  tried.full++;
}

/** More inodes each time, until they are enough. */
async function walkInodes(stride: number, draw: Draw, tryOne: (spare: number) => Promise<InodesTried>, tried: Tried, violations: Violations): Promise<void> {
  for (let spare = 0; spare < INODES; spare += 1 + draw.below(stride * 2 - 1)) {
    const run = await tryOne(spare);
    violations.addAll(run.violations);
    tried.inodes++;
    if (run.isEnough) return;
  }
  violations.add(`${INODES} inodes were not enough`);
}

async function underQuota(kind: QuotaKind, draw: Draw, expected: Expected, tried: Tried, violations: Violations): Promise<void> {
  const runs = [await generateUnderQuota(kind, draw, expected), await waitsUnderQuota(kind, draw, expected), ...(imagesProblem() === undefined ? [await pregenerateUnderQuota(kind, draw)] : [])];
  for (const run of runs) violations.addAll(run.violations);
  tried.quotas += runs.length;
  tried.quotasMet += runs.filter(({ isMet }) => isMet).length;
  if (tried.quotasMet === 0) violations.add('no quota was met, so nothing is known of it');
  if (imagesProblem() !== undefined) return;
  violations.addAll(await imagesWorkAtQuota(kind, draw.chance(0.5)));
  tried.full++;
}

async function walkWrites(scenario: Scenario, draw: Draw, count: WalkCount, violations: Violations): Promise<void> {
  const stage = await scenario.open();
  try {
    const calls = await noteCalls(stage);
    for (const kind of ['ENOSPC', 'EDQUOT'] as const) await walkFaults(stage, calls, { kinds: [kind], roles: ['main', 'worker'], isLasting: true, tries: SMALL.tries }, draw, count, violations, (run) => noSpaceViolations(kind, run));
  } finally {
    await stage.close();
  }
}

export const diskCampaign: Campaign = {
  name: 'disk',
  title: 'Full disks',
  attempt: `no space and a used-up quota at one write, or one file that is made, after the other, in the command and in its worker, of \`generate\` over ${ITEMS} items and \`pregenerate\` over ${PICTURES} pictures, lasting until the run has ended; on real small file systems (tmpfs, and ext4 on a loop device) a disk that somebody else fills midway, one inode more each time from none, and clear, delete, purge and restore without a free byte, of pictures clear, purge, restore and \`fix\`, with the catalog on the same disk too, and with the space that it keeps for that used up before; the same under a real quota that is used up midway and then raised, also while \`generate --wait\` waits, and that leaves not a byte: the first of a project of ext4 (bytes and files) and a group of btrfs (bytes) that this machine can set and that does refuse, with root's right to write beyond it given up, half of them with the catalog there too. Where there is none, or only one that does not count files, its answer is planted as above.`,
  promise: 'the run stops in good order with exit 3 and `DISK_FULL`, in a sentence with numbers, which says so where it was a quota; whatever has a final name is whole; with room again the same command completes every entry with its own numbers and leaves nothing behind; with `--wait` it waits and goes on by itself; removing, purging and putting back work without a free byte (under a quota that counts names too, putting back may be refused in such words, and works when that is raised), and what was removed is not told to be lost, nor listed by an index, unless that is said plainly and made up for by the next command.',
  async run({ seed }) {
    const violations = new Violations();
    const draw = createDraw(seed);
    const count = noneMet();
    const images = imagesProblem();
    for (const scenario of images === undefined ? [generate, pregenerate] : [generate]) await walkWrites(scenario, draw, count, violations);
    violations.addAll(unmetKinds(['ENOSPC', 'EDQUOT'], count));
    const tried = new Tried();
    const disks = realDisks();
    const expected = await undisturbed();
    for (const disk of disks) if (disk.problem === undefined) await onRealDisk(disk, draw, expected, tried, violations);
    if (disks[0]?.problem === undefined) {
      await walkInodes(SMALL.inodeStride, draw, (spare) => withInodes(spare, draw, expected), tried, violations);
      if (images === undefined) await walkInodes(SMALL.imageInodeStride, draw, (spare) => imagesWithInodes(spare, draw), tried, violations);
    }
    const quota = quotaHere();
    if (quota !== undefined) await underQuota(quota, draw, expected, tried, violations);
    return {
      dose: `${counted(count.met, 'write')} that found no space, ${counted(tried.midway, 'disk')} filled midway, ${counted(tried.inodes, 'count')} of inodes, ${counted(tried.quotas, 'quota')} used up midway, ${counted(tried.full, 'disk')} without a free byte`,
      violations: violations.all(),
      measured: [
        `Writes that found no space ended with ${describeExits(count)}.`,
        ...disks.flatMap(({ kind, problem }) => (problem === undefined ? [] : [`No ${kind} could be mounted here, so nothing was tried on one: ${problem}`])),
        ...(images === undefined ? [] : [`Nothing was tried with pictures: ${images}.`]),
        quota === undefined ? noQuotaWords() : `The quota was one of a ${quota}${quota === 'btrfs group' ? ', which counts no files (a quota of files was planted alone)' : ''}; ${tried.quotasMet} of ${tried.quotas} jobs met it.`,
      ],
    };
  },
  parts: diskParts(generate),
};
