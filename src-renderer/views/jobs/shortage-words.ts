import type { RemedyKind, SpaceRemedy, SpaceShortage } from '../../../src-main/contract/space.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';

export const REMEDY_WORDS: Readonly<Record<RemedyKind, string>> = {
  quarantine: 'what was set aside, for good',
  'raw-files': 'local raw files whose entries are there',
  leftovers: 'left by runs that were cut off',
  foreign: 'entries no list asks for',
  old: 'entries not changed for 90 days',
  previews: 'pictures made for viewing',
};

export function lackWords({ lacks, neededBytes, freeBytes }: SpaceShortage): string {
  if (lacks === 'inodes') return 'The file system has no room for a further file: its inodes are used up.';
  if (lacks === 'quota') return `A quota refuses to write: the next step needs ${formatBytes(neededBytes)}, and the disk tells ${formatBytes(freeBytes)} free.`;
  return `The disk is full: the next step needs ${formatBytes(neededBytes)}, and ${formatBytes(freeBytes)} are free.`;
}

export function remedyFiles({ files }: SpaceRemedy): string {
  return `${formatCount(files)} ${files === 1 ? 'file' : 'files'}`;
}
