import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AS_IT_IS, errnoOf, md5Hex } from '../../base/index.ts';
import { greyPixels, isPlainGrey, pixelsMd5, readPng } from '../../formats/png/index.ts';
import type { LineRequest } from './batches.ts';
import { createdAtText, metadataText } from './cache-json.ts';
import { imageFile } from './paths.ts';
import type { WrittenFile } from './synced-files.ts';

/** Files of a line that are complete and may not be durable yet, and what its picture is. */
export interface StagedPair {
  readonly shape: readonly [height: number, width: number];
  /** sha256 hex of the file of the picture. */
  readonly digest: string;
  readonly pixels: string;
  readonly metadata: WrittenFile;
  readonly image: WrittenFile;
}

export interface StagedPaths {
  readonly image: string;
  readonly metadata: string;
}

/**
 * Where the files of a line lie until they get their names. What drew them is part of it: what is left there by a process
 * that died is only ever found by one that would draw the same pixels.
 */
export function stagedPaths(stagingDirectory: string, key: string, maker: string): StagedPaths {
  const name = join(stagingDirectory, `${key}.${md5Hex(maker).slice(0, 12)}`);
  return { image: `${name}.png`, metadata: `${name}.json` };
}

/**
 * A picture and its metadata that a process had made when it died. Nothing is believed of them: they may never have
 * reached the disk (after power loss a file can be empty, short, or full of zeros), so every byte is held against its
 * checksum or against what would be written now.
 *
 * @returns open files, for `settleFiles`; undefined where there is no whole pair, which is then drawn
 */
export function openStagedPair(paths: StagedPaths, { key, text, fontPath }: LineRequest, height: number): StagedPair | undefined {
  const image = reopen(paths.image);
  if (image === undefined) return undefined;
  const picture = pictureOf(image.bytes, height);
  if (picture !== undefined) {
    const metadata = reopen(paths.metadata);
    const wanted = metadataText({ text, fontPath, height, width: picture.width, key, createdAt: createdAtText(image.modifiedNs) });
    if (metadata !== undefined && Buffer.from(wanted, 'utf8').equals(metadata.bytes)) {
      return { image, metadata, shape: [height, picture.width], digest: createHash('sha256').update(image.bytes).digest('hex'), pixels: picture.pixels };
    }
    if (metadata !== undefined) closeSync(metadata.descriptor);
  }
  closeSync(image.descriptor);
  return undefined;
}

/** A picture as it is in the cache; without a width where it is not sound, or is a link or cannot be read. */
export interface PictureThere {
  readonly width: number | undefined;
  readonly pixels: string | undefined;
  readonly modifiedNs: bigint;
}

/** @returns undefined where it is gone */
export function pictureThere(directory: string, key: string, height: number): PictureThere | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(join(directory, imageFile(key)), AS_IT_IS);
    const { mtimeNs: modifiedNs } = fstatSync(descriptor, { bigint: true });
    const picture = pictureOf(readFileSync(descriptor), height);
    return { width: picture?.width, pixels: picture?.pixels, modifiedNs };
  } catch (error) {
    return errnoOf(error) === 'ENOENT' ? undefined : { width: undefined, pixels: undefined, modifiedNs: 0n };
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** @returns undefined for anything but a sound grey picture of that height, to its last byte */
function pictureOf(bytes: Uint8Array, height: number): { readonly width: number; readonly pixels: string } | undefined {
  const { header, problems, content } = readPng(bytes);
  if (header === undefined || content === undefined || problems.length > 0 || header.height !== height || !isPlainGrey(header)) return undefined;
  const grey = greyPixels(header, content);
  return grey === undefined ? undefined : { width: header.width, pixels: pixelsMd5(grey) };
}

/** @returns undefined where there is no such file, or the disk does not give it, or it is a link or no file */
function reopen(path: string): WrittenFile | undefined {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, AS_IT_IS | constants.O_RDWR);
    const facts = fstatSync(descriptor, { bigint: true });
    if (facts.isFile()) return { path, descriptor, bytes: readFileSync(descriptor), modifiedNs: facts.mtimeNs };
  } catch {
    // The line is drawn, and what is wrong with the disk is told then.
  }
  if (descriptor !== undefined) closeSync(descriptor);
  return undefined;
}
