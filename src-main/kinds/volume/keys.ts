import { LarderError, md5Hex } from '../../base/index.ts';

/** How the raw volumes lie below the image directory. */
export const DIR_STRUCTURES = ['nested', 'flat'] as const;
export type DirStructure = (typeof DIR_STRUCTURES)[number];

/** Longest name of one file on the file systems in use (ext4, XFS, NTFS, APFS), in UTF-8 bytes. */
const MAX_COMPONENT_BYTES = 255;

/**
 * Key of an entry: md5 of the volume name as the list has it, extension included; `<key>.pt` is its
 * file. Names that are not text (numbers, missing ones) go by their Python text: `7`, `1.5`, `nan`.
 */
export function entryKey(nameText: string): string {
  return md5Hex(nameText);
}

/** Path of the raw volume below the image directory, with `/` between its parts. @throws NAME_INVALID */
export function sourcePath(name: string, dirStructure: DirStructure): string {
  assertVolumeName(name);
  const stem = name.replaceAll('.nii.gz', '').replaceAll('.nii', '');
  if (dirStructure === 'flat') return checkedPath(name, [`${stem}__transformed.nii.gz`]);
  const parts = stem.split('_');
  const folders = parts.length < 3 ? [] : [parts.slice(0, 2).join('_'), parts.slice(0, 3).join('_')];
  return checkedPath(name, [...folders, `${stem}.nii.gz`]);
}

/**
 * Path of the raw volume in the CT-RATE dataset repository. It is made from the whole name, not from
 * the stem, so a name of three parts carries its extension into the folder: so does the reference.
 *
 * @throws NAME_INVALID
 */
export function repositoryPath(name: string): string {
  assertVolumeName(name);
  const parts = name.split('_');
  const [first] = parts as [string];
  const folders = parts.length < 3 ? [first] : [`${first}_fixed`, parts.slice(0, 2).join('_'), parts.slice(0, 3).join('_')];
  return checkedPath(name, ['dataset', ...folders, `${name.replaceAll('.nii.gz', '')}.nii.gz`]);
}

/** What is wrong with a volume name as part of a path, if anything. */
export function volumeNameProblem(name: string): string | undefined {
  if (name.includes('\0')) return 'it holds a NUL character';
  if (/[/\\]/.test(name)) return 'it holds a path separator';
  if (name.includes('..')) return 'it holds ".."';
  if (name === '.') return 'it is "."';
  // The longest name made of it ends in `__transformed.nii.gz`.
  if (Buffer.byteLength(name) > MAX_COMPONENT_BYTES - '__transformed.nii.gz'.length) return 'it is too long for a file name';
  return undefined;
}

function assertVolumeName(name: string): void {
  const problem = volumeNameProblem(name);
  if (problem === undefined) return;
  throw new LarderError('NAME_INVALID', `The volume name ${JSON.stringify(name.slice(0, 80))} cannot be used: ${problem}.`, {
    hint: 'Correct the VolumeName in the CSV; a name is one file name, without folders.',
    details: { name },
  });
}

/** Last line of defence for every path built here: no part may lead anywhere but down. */
function checkedPath(name: string, parts: readonly string[]): string {
  if (parts.some((part) => part === '.' || part === '..')) {
    throw new LarderError('NAME_INVALID', `The volume name ${JSON.stringify(name)} leads out of its folder.`, {
      hint: 'Correct the VolumeName in the CSV; a name is one file name, without folders.',
    });
  }
  return parts.join('/');
}
