import { BOUND_BY_QUOTA, QUOTA_KINDS, mountQuotaDisk, quotaProblem } from '../../invariants/quota-disk.ts';
import type { QuotaDisk, QuotaKind } from '../../invariants/quota-disk.ts';
import type { Result } from '../../invariants/setting.ts';
import { entryFileOf } from '../../invariants/answers.ts';
import { tinyName } from '../../invariants/tiny-dataset.ts';
import type { Draw } from '../draw.ts';
import { momentViolations } from '../faults/check.ts';
import { backViolations, mustWorkViolations, quotaViolations, waitViolations } from './check.ts';
import { ImagePlace, MANY_LINES, asText, completes, imagesWorkWhenFull, stoppedViolations } from './image-place.ts';
import { GENERATE, NOTHING, Place, resumes } from './real-disks.ts';

/** The first sort of quota that refuses anything here; undefined where there is none. */
export function quotaHere(): QuotaKind | undefined {
  found ??= tryAll();
  return found.kind;
}

/** Why no quota could be tried, of each sort. */
export function noQuotaWords(): string {
  quotaHere();
  return `No quota could be set here, so none was tried on a real disk (${found!.problems.join('; ')}); its answer was planted all the same.`;
}

interface Found {
  readonly kind: QuotaKind | undefined;
  readonly problems: readonly string[];
}

let found: Found | undefined;

function tryAll(): Found {
  const problems: string[] = [];
  for (const kind of QUOTA_KINDS) {
    const problem = quotaProblem(kind);
    if (problem === undefined) return { kind, problems };
    problems.push(`${kind}: ${problem}`);
  }
  return { kind: undefined, problems };
}

type Expected = ReadonlyMap<string, Buffer>;

/** What a job makes before it meets the limit is drawn up to these; it needs more. */
const VOLUMES_MAX = 1_200_000;
const IMAGES_MAX = 600_000;

/** @returns whether the quota was met, and what is wrong */
interface Met {
  readonly isMet: boolean;
  readonly violations: readonly string[];
}

/** A quota that is used up after so many bytes of the job, or so many files where it counts them. */
function limit(disk: QuotaDisk, draw: Draw, bytesMax: number): string {
  if (disk.limitFurtherFiles !== undefined && draw.chance(0.5)) {
    const count = draw.below(20);
    disk.limitFurtherFiles(count);
    return `after ${count} files more`;
  }
  const bytes = draw.below(bytesMax);
  disk.limitBytes(disk.usedBytes() + bytes);
  return `after ${bytes} bytes more`;
}

function raise(disk: QuotaDisk): void {
  disk.limitBytes(undefined);
  disk.limitFurtherFiles?.(undefined);
}

async function closing<T>(place: { close(): Promise<void> }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await place.close();
  }
}

/** `generate` under a quota that is used up midway; then it is raised. */
export async function generateUnderQuota(kind: QuotaKind, draw: Draw, expected: Expected): Promise<Met> {
  const isCatalogOnIt = draw.chance(0.5);
  const place = await Place.open(mountQuotaDisk(kind), isCatalogOnIt, expected, BOUND_BY_QUOTA);
  return await closing(place, async () => {
    const when = limit(place.disk, draw, VOLUMES_MAX);
    const stopped = await place.run(...GENERATE);
    const violations = [...quotaViolations(stopped), ...momentViolations(NOTHING, place.look())];
    raise(place.disk);
    violations.push(...(await resumes(place)));
    return told(`generate, ${kind}${isCatalogOnIt ? ' with the catalog' : ''}, used up ${when}`, stopped, violations);
  });
}

/** `pregenerate` under a quota that is used up midway; then it is raised. */
export async function pregenerateUnderQuota(kind: QuotaKind, draw: Draw): Promise<Met> {
  const isCatalogOnIt = draw.chance(0.5);
  const place = await ImagePlace.open(mountQuotaDisk(kind), isCatalogOnIt, MANY_LINES, BOUND_BY_QUOTA);
  return await closing(place, async () => {
    const when = limit(place.disk, draw, IMAGES_MAX);
    const stopped = await place.run('pregenerate', '--jobs', '1');
    const violations = stoppedViolations(place, stopped, quotaViolations);
    raise(place.disk);
    violations.push(...(await completes(place)));
    return told(`pregenerate, ${kind}${isCatalogOnIt ? ' with the catalog' : ''}, used up ${when}`, stopped, violations);
  });
}

function told(what: string, stopped: Result, violations: readonly string[]): Met {
  return { isMet: stopped.code !== 0, violations: violations.map((violation) => `${what}: ${violation}`) };
}

/** `generate --wait` under a quota that is used up midway: it waits until that is raised, and goes on by itself. */
export async function waitsUnderQuota(kind: QuotaKind, draw: Draw, expected: Expected): Promise<Met> {
  const isCatalogOnIt = draw.chance(0.5);
  const place = await Place.open(mountQuotaDisk(kind), isCatalogOnIt, expected, BOUND_BY_QUOTA);
  return await closing(place, async () => {
    const when = limit(place.disk, draw, VOLUMES_MAX);
    const running = place.start(...GENERATE, '--wait', '--json');
    await running.until(/"type":"spaceRanOut"/).catch(() => undefined);
    const isWaiting = running.child.exitCode === null;
    const violations = momentViolations(NOTHING, place.look());
    raise(place.disk);
    violations.push(...waitViolations(asText(await running.ended), { isWaiting, isCatalogOnIt }), ...(await resumes(place)));
    return { isMet: isWaiting, violations: violations.map((violation) => `generate --wait, ${kind}${isCatalogOnIt ? ' with the catalog' : ''}, used up ${when}: ${violation}`) };
  });
}

/** Clear, purge and restore of volumes where a quota leaves not a byte. */
export async function worksAtQuota(kind: QuotaKind, isCatalogOnIt: boolean, expected: Expected): Promise<string[]> {
  const place = await Place.open(mountQuotaDisk(kind), isCatalogOnIt, expected, BOUND_BY_QUOTA);
  return await closing(place, async () => {
    const violations = (await place.runHere(...GENERATE)).code === 0 ? [] : ['the cache could not be made'];
    const must = async (words: readonly string[], isDone: () => boolean): Promise<void> => {
      place.disk.limitBytes(place.disk.usedBytes());
      const result = await place.run(...words);
      raise(place.disk);
      violations.push(...mustWorkViolations(words.join(' '), result, isDone()));
    };
    const isThere = (n: number): boolean => place.look().entries.has(entryFileOf(tinyName(n)));
    const putBack = async (): Promise<void> => {
      const words = ['quarantine', 'restore', '--all', '--yes'];
      place.disk.limitBytes(place.disk.usedBytes());
      const [result, isDone] = [await place.run(...words), isThere(2)];
      raise(place.disk);
      violations.push(...backViolations(words.join(' '), result, isDone, result.code === 0 ? { result, isDone } : { result: await place.runHere(...words), isDone: isThere(2) }));
    };
    await must(['clear', '--only', tinyName(1), '--delete', '--yes'], () => !isThere(1));
    await place.runHere('clear', '--only', tinyName(2), '--yes');
    await putBack();
    await place.runHere('clear', '--only', tinyName(2), '--yes');
    await must(['quarantine', 'purge', '--all', '--yes'], () => place.look().aside.length === 0);
    violations.push(...(await resumes(place)));
    return violations.map((violation) => `${kind}${isCatalogOnIt ? ' with the catalog' : ''}, without a byte: ${violation}`);
  });
}

/** The same of images. */
export async function imagesWorkAtQuota(kind: QuotaKind, isCatalogOnIt: boolean): Promise<string[]> {
  const place = await ImagePlace.open(mountQuotaDisk(kind), isCatalogOnIt, MANY_LINES, BOUND_BY_QUOTA);
  return await closing(place, async () => {
    const fill = (): (() => void) => {
      place.disk.limitBytes(place.disk.usedBytes());
      return () => raise(place.disk);
    };
    const violations = await imagesWorkWhenFull(place, { fill, isReserveUsed: false, look: quotaViolations, mayRefuseBack: true });
    return violations.map((violation) => `images, ${kind}${isCatalogOnIt ? ' with the catalog' : ''}, without a byte: ${violation}`);
  });
}
