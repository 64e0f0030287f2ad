import { closeSync, linkSync, mkdtempSync, renameSync, rmSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeGreyPng, pixelsMd5 } from '../../formats/png/index.ts';
import { createdAtText, imageKey, metadataText } from './cache-json.ts';
import type { StagedPair, StagedPaths } from './staged-pair.ts';
import { openStagedPair, stagedPaths } from './staged-pair.ts';
import { settleFiles, writeFileOpen } from './synced-files.ts';

const [WIDTH, HEIGHT] = [5, 3];
const LINE = { text: 'ភាសា', fontPath: 'fonts/KhmerOS.ttf' };
const REQUEST = { key: imageKey({ ...LINE, height: HEIGHT }), ...LINE };
const PIXELS = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, n) => n * 10);
const PNG = encodeGreyPng(PIXELS, WIDTH, HEIGHT);

let folder: string;
let paths: StagedPaths;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-pair-'));
  paths = stagedPaths(folder, REQUEST.key, 'a maker');
  writePair();
});
afterEach(() => rmSync(folder, { recursive: true }));

function writePair(png: Uint8Array = PNG): void {
  const image = writeFileOpen(paths.image, png);
  closeSync(image.descriptor);
  writeFileSync(paths.metadata, metadataText({ ...LINE, height: HEIGHT, width: WIDTH, key: REQUEST.key, createdAt: createdAtText(image.modifiedNs) }));
}

const take = (request = REQUEST, height = HEIGHT): StagedPair | undefined => openStagedPair(paths, request, height);

async function expectWhole(): Promise<void> {
  const pair = take();
  expect(pair).toMatchObject({ shape: [HEIGHT, WIDTH], pixels: pixelsMd5(PIXELS) });
  expect(await settleFiles([pair!.image, pair!.metadata])).toEqual([undefined, undefined]);
}

describe('a pair that a dead process had made', () => {
  it('is taken as it is where it is whole', expectWhole);

  it('is found by nobody who would draw other pixels', () => {
    expect(stagedPaths(folder, REQUEST.key, 'another maker').image).not.toBe(paths.image);
    expect(stagedPaths(folder, REQUEST.key, 'a maker')).toEqual(paths);
  });

  it.each(['image', 'metadata'] as const)('is drawn again where a power loss has left its %s empty, short or full of zeros', (which) => {
    const bytes = which === 'image' ? PNG.length : 100;
    truncateSync(paths[which], 0);
    expect(take()).toBeUndefined();
    writePair();
    truncateSync(paths[which], bytes - 1);
    expect(take()).toBeUndefined();
    writePair();
    // The size is there and the blocks are not.
    truncateSync(paths[which], 0);
    truncateSync(paths[which], bytes);
    expect(take()).toBeUndefined();
  });

  it('is drawn again for any byte of its picture that is not as it was written', () => {
    for (let at = 0; at < PNG.length; at++) {
      const damaged = Uint8Array.from(PNG);
      damaged[at]! ^= 1;
      writePair(damaged);
      expect(take(), `byte ${at}`).toBeUndefined();
    }
    writePair(Buffer.concat([PNG, Buffer.of(0)]));
    expect(take()).toBeUndefined();
  });

  it('is drawn again where its metadata say anything else than they would now: another line, height, size or moment', async () => {
    expect(take({ ...REQUEST, text: 'សាលា' })).toBeUndefined();
    expect(take({ ...REQUEST, fontPath: 'fonts/other.ttf' })).toBeUndefined();
    expect(take(REQUEST, HEIGHT + 1)).toBeUndefined();
    await expectWhole();
    utimesSync(paths.image, 1, 1);
    expect(take()).toBeUndefined();
    writePair(encodeGreyPng(PIXELS.subarray(0, 4 * HEIGHT), 4, HEIGHT));
    expect(take()).toBeUndefined();
  });

  it('is drawn again where one of the two is missing, or a link to a whole one', async () => {
    for (const which of ['image', 'metadata'] as const) {
      const elsewhere = join(folder, 'elsewhere');
      renameSync(paths[which], elsewhere);
      expect(take()).toBeUndefined();
      symlinkSync(elsewhere, paths[which]);
      expect(take()).toBeUndefined();
      rmSync(paths[which]);
      linkSync(elsewhere, paths[which]);
      rmSync(elsewhere);
      await expectWhole();
    }
  });
});
