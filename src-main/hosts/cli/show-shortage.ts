import type { RemedyKind, SpaceRemedy, SpaceShortage } from '../../contract/space.ts';
import { formatBytes, plural } from './format.ts';

const REMEDIES_SHOWN = 8;

const WORDS: Readonly<Record<RemedyKind, string>> = {
  quarantine: 'what was set aside, for good',
  'raw-files': 'local raw files whose entries are there',
  leftovers: 'downloads and staging of runs that were cut off',
  foreign: 'entries no list asks for',
  old: 'entries nobody has changed for 90 days',
  previews: 'pictures made for viewing',
};

function lackWords({ lacks, neededBytes, freeBytes, directory }: SpaceShortage): string {
  if (lacks === 'inodes') return `No further file can be made at ${directory}: the file system has no inode left.`;
  if (lacks === 'quota') return `A quota refuses to write at ${directory}: the next step needs ${formatBytes(neededBytes)}, and the disk tells ${formatBytes(freeBytes)} free.`;
  return `Out of space at ${directory}: the next step needs ${formatBytes(neededBytes)}, and ${formatBytes(freeBytes)} are free.`;
}

function remedyLine(remedy: SpaceRemedy): string {
  const command = remedy.command === null ? '' : `\n              ${remedy.command}`;
  return `  ${formatBytes(remedy.bytes).padStart(9)}   ${WORDS[remedy.kind]}, ${plural(remedy.files, 'file')}${command}`;
}

/** Why a job stands still or ends, what would help, and what happens now. */
export function shortageLines(shortage: SpaceShortage, isWaiting: boolean): string[] {
  const { remedies } = shortage;
  const rest = remedies.length - REMEDIES_SHOWN;
  return [
    lackWords(shortage),
    ...(remedies.length === 0 ? [] : ['This would free, on the same disk:']),
    ...remedies.slice(0, REMEDIES_SHOWN).map(remedyLine),
    ...(rest > 0 ? [`  and ${plural(rest, 'smaller thing')}`] : []),
    ...(isWaiting ? ['The job is paused and goes on by itself when there is room. Ctrl-C ends it; it can be resumed.'] : []),
  ];
}
