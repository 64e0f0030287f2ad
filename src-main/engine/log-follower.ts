import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import type { EngineEvent } from '../contract/events.ts';
import type { LoggedEvent } from '../contract/jobs.ts';
import { errnoOf } from '../base/index.ts';

const NEWLINE = 0x0a;

interface Piece {
  readonly bytes: Buffer;
  /** Which file it was: after a cut the name belongs to another one. */
  readonly file: number;
  readonly end: number;
}

/**
 * Reads on in the log of a job that another process writes. Between two looks the log may be cut once
 * without anything being missed; of one that grows faster than that the middle is.
 */
export class LogFollower {
  readonly #path: string;
  #file: number | undefined;
  #at = 0;
  /** Of a line that is not whole yet. */
  #rest: Buffer = Buffer.alloc(0);

  constructor(path: string) {
    this.#path = path;
  }

  /** What has happened since the last call, from the beginning at the first; none where there is no log. */
  next(): readonly EngineEvent[] {
    return this.nextLines().map(({ event }) => event);
  }

  /** The same, with the times. */
  nextLines(): readonly LoggedEvent[] {
    const now = readFrom(this.#path, (file) => (file === this.#file ? this.#at : 0));
    const isCut = this.#file === undefined || now === undefined || now.file !== this.#file;
    const before = isCut ? readFrom(`${this.#path}.1`, (file) => (this.#file === undefined || file !== this.#file ? 0 : this.#at)) : undefined;
    if (now === undefined && this.#file === undefined) return [];
    this.#file = now?.file ?? this.#file;
    this.#at = now?.end ?? 0;
    const bytes = Buffer.concat([this.#rest, before?.bytes ?? Buffer.alloc(0), now?.bytes ?? Buffer.alloc(0)]);
    const whole = bytes.lastIndexOf(NEWLINE) + 1;
    this.#rest = bytes.subarray(whole);
    return bytes.toString('utf8', 0, whole).split('\n').flatMap(lineOf);
  }
}

/** The end of a file, from where its reader stopped; undefined where it is not there. */
function readFrom(path: string, startOf: (file: number) => number): Piece | undefined {
  let handle: number;
  try {
    handle = openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
  try {
    const { ino, size } = fstatSync(handle);
    const start = Math.min(startOf(ino), size);
    const bytes = Buffer.alloc(size - start);
    const read = readSync(handle, bytes, 0, bytes.length, start);
    return { bytes: bytes.subarray(0, read), file: ino, end: start + read };
  } finally {
    closeSync(handle);
  }
}

function lineOf(line: string): readonly LoggedEvent[] {
  if (line === '') return [];
  try {
    return [JSON.parse(line) as LoggedEvent];
  } catch {
    // A process that was killed and went on may have left half a line.
    return [];
  }
}
