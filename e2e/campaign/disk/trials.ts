import { rmSync } from 'node:fs';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import { mountSmallDisk } from '../../invariants/small-disk.ts';
import type { Draw } from '../draw.ts';
import type { FaultRun } from '../faults/run-fault.ts';
import type { FaultKind } from '../faults/fault.ts';
import { LINES, NO_FONTS } from '../faults/image-scenarios.ts';
import { fullDiskViolations, quotaViolations } from './check.ts';
import { ImagePlace, MANY_LINES, fillImagesMidway, imagesWorkWhenFull, spareImageInodes } from './image-place.ts';
import { Place, fillMidway, mount, spareInodes, worksWhenFull } from './real-disks.ts';
import type { RealDisk } from './real-disks.ts';

export type Kind = RealDisk['kind'];
export type Expected = ReadonlyMap<string, Buffer>;

export const INODES = 220;
const LEAVE_BYTES_MAX = 400_000;
/** Of what the rest of the pictures takes. */
const IMAGES_LEAVE_BYTES_MAX = 100_000;

/** Why there can be no cache of images here. */
export function imagesProblem(): string | undefined {
  return findKhmerFonts() === undefined ? NO_FONTS : undefined;
}

async function at<P extends { close(): Promise<void> }, T>(place: P, work: (place: P) => Promise<T>): Promise<T> {
  try {
    return await work(place);
  } finally {
    await place.close();
  }
}

const named = (where: string, violations: readonly string[]): string[] => violations.map((violation) => `${where}: ${violation}`);

/** What is wrong with how a command ended whose write found no space or a used-up quota. */
export function noSpaceViolations(kind: FaultKind, { hit, result }: FaultRun): string[] {
  return named(`no space at ${hit}`, kind === 'EDQUOT' ? quotaViolations(result) : fullDiskViolations(result));
}

/** Somebody else fills it after so many entries. */
export async function filledMidway(kind: Kind, made: number, draw: Draw, expected: Expected): Promise<string[]> {
  const [leave, isCatalogOnIt] = [draw.below(LEAVE_BYTES_MAX), draw.chance(0.5)];
  const place = await Place.open(mount(kind), isCatalogOnIt, expected);
  return named(`${kind}${isCatalogOnIt ? ' with the catalog' : ''}, filled after ${made} entries but for ${leave} bytes`, await at(place, () => fillMidway(place, made, leave)));
}

export async function withoutAByte(kind: Kind, isCatalogOnIt: boolean, draw: Draw, expected: Expected): Promise<string[]> {
  const place = await Place.open(mount(kind), isCatalogOnIt, expected);
  return named(`${kind}${isCatalogOnIt ? ' with the catalog' : ''} without a free byte`, await at(place, () => worksWhenFull(place, draw)));
}

export interface InodesTried {
  readonly isEnough: boolean;
  readonly violations: readonly string[];
}

/** A job that may make so many files more. */
export async function withInodes(spare: number, draw: Draw, expected: Expected): Promise<InodesTried> {
  const place = await Place.open(mountSmallDisk(`size=48m,nr_inodes=${INODES}`), draw.chance(0.5), expected);
  const run = await at(place, () => spareInodes(place, spare));
  return { isEnough: run.isEnough, violations: named(`with ${spare} inodes`, run.violations) };
}

/** `pregenerate` of some hundred pictures, and the disk full after so many of them. */
export async function imagesFilledMidway(kind: Kind, made: number, draw: Draw): Promise<string[]> {
  const [leave, isCatalogOnIt] = [draw.below(IMAGES_LEAVE_BYTES_MAX), draw.chance(0.5)];
  const place = await ImagePlace.open(mount(kind), isCatalogOnIt, MANY_LINES);
  return named(`images on ${kind}${isCatalogOnIt ? ' with the catalog' : ''}, filled after ${made} pictures but for ${leave} bytes`, await at(place, () => fillImagesMidway(place, made, leave)));
}

export async function imagesWithoutAByte(kind: Kind, isCatalogOnIt: boolean, isReserveUsed: boolean): Promise<string[]> {
  const place = await ImagePlace.open(mount(kind), isCatalogOnIt, MANY_LINES);
  const fill = (): (() => void) => {
    const ballast = place.disk.fill();
    return () => rmSync(ballast);
  };
  return named(`images on ${kind}${isCatalogOnIt ? ' with the catalog' : ''} without a free byte`, await at(place, () => imagesWorkWhenFull(place, { fill, isReserveUsed })));
}

export async function imagesWithInodes(spare: number, draw: Draw): Promise<InodesTried> {
  const place = await ImagePlace.open(mountSmallDisk(`size=48m,nr_inodes=${INODES}`), draw.chance(0.5), LINES);
  const run = await at(place, () => spareImageInodes(place, spare));
  return { isEnough: run.isEnough, violations: named(`images with ${spare} inodes`, run.violations) };
}
