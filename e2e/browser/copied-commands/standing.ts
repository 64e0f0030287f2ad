import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { QuarantineRecord } from '../../../src-main/store/index.ts';
import { cacheLayout, listQuarantine } from '../../../src-main/store/index.ts';
import type { SampleLibrary } from '../sample-library.ts';
import type { Twins } from './twins.ts';

/**
 * SHA-256 of what is in an entry, record by record (stored ZIP, PKWARE APPNOTE 4.3). An entry names the
 * file it was made from by its absolute path, and the two folders differ in that alone; the checksums
 * that follow from the path are left out with the ZIP's own headers and `.data/serialization_id`.
 */
function contentHash(bytes: Buffer, folder: string): string {
  const hash = createHash('sha256');
  const end = bytes.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [size, nameLength, extra, comment, local] = [bytes.readUInt32LE(at + 24), bytes.readUInt16LE(at + 28), bytes.readUInt16LE(at + 30), bytes.readUInt16LE(at + 32), bytes.readUInt32LE(at + 42)];
    const name = bytes.toString('latin1', at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const record = bytes.toString('latin1', start, start + size);
    if (!name.endsWith('.data/serialization_id')) hash.update(`${name} ${size} `).update(record.replaceAll(folder, 'FOLDER'), 'latin1');
    at += 46 + nameLength + extra + comment;
  }
  return hash.digest('hex');
}

/** What a cache of volumes is at the moment. */
export interface Standing {
  /** Every entry with the SHA-256 of its content. */
  readonly files: readonly string[];
  /** Every item with its state. */
  readonly states: readonly string[];
  /** The files that are set aside, each once for every time. */
  readonly setAside: readonly string[];
}

export async function standing(twins: Twins<SampleLibrary>, side: SampleLibrary): Promise<Standing> {
  const names = (await readdir(side.directory)).filter((name) => name.endsWith('.pt')).sort();
  const files = await Promise.all(names.map(async (name) => `${name} ${contentHash(await readFile(join(side.directory, name)), side.folder)}`));
  const [rows, aside] = await Promise.all([twins.json(side, `ls --config ${side.project.configPath}`), setAside(side)]);
  return { files, states: rows.map((row) => `${String(row['key'])} ${String(row['state'])}`).sort(), setAside: aside.map(({ file }) => file).sort() };
}

/** What lies in the quarantine of a cache; oldest first. Read from its folder: what `larder quarantine ls` says is compared in a step of its own. */
export async function setAside({ directory }: SampleLibrary): Promise<readonly QuarantineRecord[]> {
  return [...(await listQuarantine(cacheLayout(directory)))].sort((a, b) => a.quarantinedAtMs - b.quarantinedAtMs || (a.file < b.file ? -1 : 1));
}

/** @returns how both are */
export async function expectTheSame(twins: Twins<SampleLibrary>): Promise<Standing> {
  const both = await twins.expectSame((side) => standing(twins, side));
  expect(both.states).toHaveLength(4);
  return both;
}
