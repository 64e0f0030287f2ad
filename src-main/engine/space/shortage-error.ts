import type { SpaceShortage } from '../../contract/space.ts';
import { LarderError } from '../../base/index.ts';
import { size } from '../assert-fits.ts';

function lackOf({ lacks, neededBytes, freeBytes, directory }: SpaceShortage): string {
  if (lacks === 'inodes') return `No further file can be made at ${directory}: the file system has no inode left (${size(freeBytes)} are free).`;
  const numbers = `${size(neededBytes)} are needed for the next step, and ${size(freeBytes)} are free at ${directory}`;
  return lacks === 'quota' ? `${numbers} as the disk tells it: a quota refuses it.` : `${numbers}.`;
}

/** What stopped a job, with what it lacks and what would help most. */
export function shortageError(error: LarderError, shortage: SpaceShortage): LarderError {
  const best = shortage.remedies.find((remedy) => remedy.command !== null);
  const advice = best === undefined ? '' : ` \`${best.command}\` would free ${size(best.bytes)}.`;
  return new LarderError('DISK_FULL', `${error.message} ${lackOf(shortage)}`, {
    hint: `Free some space on that disk and run the same command again; it goes on where it stopped. With --wait it waits for room by itself.${advice}`,
    details: { ...error.details, shortage },
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  });
}
