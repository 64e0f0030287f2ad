import { readFileSync, readlinkSync } from 'node:fs';
import { md5Hex } from './digest.ts';

/** The space of processes a machine begins with has this number on every Linux. */
const FIRST_SPACE = 'pid:[4026531836]';

let known: string | undefined;

/**
 * Names the space in which numbers of processes mean something: two containers, or one and its host, may have the same host name and
 * cannot ask after each other's processes; so may two machines. It outlives a restart of the machine, not one of a container.
 *
 * @returns '' where the system does not tell
 */
export function processSpace(): string {
  known ??= findSpace();
  return known;
}

function findSpace(): string {
  try {
    const space = readlinkSync('/proc/self/ns/pid');
    // Numbers of other spaces are given anew each time the machine starts.
    const machine = space === FIRST_SPACE ? textOf('/etc/machine-id') : textOf('/proc/sys/kernel/random/boot_id');
    // What names the machine is nobody's business who reads a cache.
    return md5Hex(`larder ${space} ${machine}`).slice(0, 12);
  } catch {
    return '';
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch {
    return '';
  }
}
