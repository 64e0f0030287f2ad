import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LarderError } from '../../../src-main/base/index.ts';
import type { HostileTarget } from './target.ts';

function planted(name: string, read: HostileTarget['read']): HostileTarget {
  return { name, words: [], seeds: () => [Buffer.from('seed')], read };
}

const hoard: Buffer[] = [];

/** Readers with the faults the campaign is there to see; only its test uses them. */
export const TARGETS: readonly HostileTarget[] = [
  planted('sound', () => ['sound', '']),
  planted('refuses', () => {
    throw new LarderError('NIFTI_INVALID', 'It is none.');
  }),
  planted('throws', () => {
    throw new TypeError('undefined is not an object');
  }),
  planted('hangs', () => {
    for (;;);
  }),
  planted('hoards', () => {
    hoard.push(Buffer.alloc(400 << 20, 1));
    return ['sound', ''];
  }),
  planted('reads outside', () => ['sound', readFileSync('/etc/hostname', 'utf8')]),
  planted('writes outside', () => {
    writeFileSync('/tmp/larder-planted', 'x');
    return ['sound', ''];
  }),
  planted('runs code', () => {
    spawnSync('true');
    return ['sound', ''];
  }),
  planted('evaluates', () => ['sound', String(new Function('return 1')())]),
  planted('leaves a file', (_input, folder) => {
    writeFileSync(join(folder, 'escaped'), 'x');
    return ['sound', ''];
  }),
];
