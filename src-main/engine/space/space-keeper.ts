import type { SpaceShortage } from '../../contract/space.ts';
import { LarderError, delay, isLarderError } from '../../base/index.ts';
import type { RoomKeeper } from '../../pipeline/index.ts';
import type { EngineContext } from '../context.ts';
import type { EnginePlan } from '../plan-command.ts';
import type { RunningJob } from '../run-job.ts';
import { findRemedies } from './remedies.ts';
import { roomAt } from './room.ts';
import { shortageError } from './shortage-error.ts';

/** Whatever could not be written, going on with less would only stop again. */
const LEAST_BYTES = 256 * 2 ** 10;
const POLL_EVERY_MS = 2_000;
/** How often it is looked whether somebody let the job go on by hand. */
const LOOK_EVERY_MS = 500;
/** Where the disk says it has room and refuses all the same (a quota, or a moment's trouble), it is tried again this often. */
const TRY_EVERY_MS = 5_000;

export interface SpaceKeeperOptions {
  readonly job: RunningJob;
  readonly directory: string;
  /** The plan of the job, for what it could give up itself. */
  readonly plan?: EnginePlan;
}

/**
 * When the disk is full, pauses the job, says what would free how much, and lets it go on when there
 * is room; where nobody waits, ends it with the same words. All parts of a job wait together.
 */
export class SpaceKeeper implements RoomKeeper {
  readonly #context: EngineContext;
  readonly #options: SpaceKeeperOptions;
  #waiting: Promise<void> | undefined;

  constructor(context: EngineContext, options: SpaceKeeperOptions) {
    this.#context = context;
    this.#options = options;
  }

  async check(bytes: number, signal: AbortSignal): Promise<void> {
    const { directory } = this.#options;
    for (;;) {
      await this.#waiting;
      const room = await roomAt(directory, bytes);
      if (room.lacks === undefined) return;
      await this.#wait(directory, bytes, new LarderError('DISK_FULL', `The disk is full: the next item does not fit at ${directory}.`), signal);
    }
  }

  async retry<T>(bytes: number, work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isLarderError(error, 'DISK_FULL')) throw error;
        await this.#wait(this.#placeOf(error), bytes, error, signal);
      }
    }
  }

  /** Where it could not be written; the catalog's own errors name no path in their details. */
  #placeOf(error: LarderError): string {
    const path = error.details?.['path'];
    return typeof path === 'string' ? path : error.message.includes(this.#context.dataDirectory) ? this.#context.dataDirectory : this.#options.directory;
  }

  async #wait(place: string, bytes: number, error: LarderError, signal: AbortSignal): Promise<void> {
    this.#waiting ??= this.#waitTogether(place, Math.max(LEAST_BYTES, bytes), error, signal).finally(() => (this.#waiting = undefined));
    await this.#waiting;
  }

  async #waitTogether(place: string, bytes: number, error: LarderError, signal: AbortSignal): Promise<void> {
    const { job, directory, plan } = this.#options;
    const room = await roomAt(place, bytes);
    // Advice: a catalog that cannot be read on its full disk has none to give.
    const remedies = await findRemedies(this.#context, place, plan).catch((trouble: unknown) => {
      if (!isLarderError(trouble)) throw trouble;
      return [];
    });
    const shortage: SpaceShortage = { directory: place.startsWith(directory) ? directory : place, neededBytes: bytes, freeBytes: room.freeBytes, lacks: error.details?.['errno'] === 'EDQUOT' ? 'quota' : (room.lacks ?? 'quota'), remedies };
    const isWaiting = this.#context.waitsForSpace === true;
    this.#context.emit({ type: 'spaceRanOut', jobId: job.id, shortage, isWaiting });
    if (!isWaiting) throw shortageError(error, shortage);
    job.meter.shortage = shortage;
    const isPausedByUs = this.#attempt(() => this.#context.catalog.jobs.transition(job.id, 'running', 'paused'));
    try {
      await this.#untilThereIsRoom(place, shortage, isPausedByUs, signal);
    } finally {
      job.meter.shortage = undefined;
      if (isPausedByUs) this.#attempt(() => this.#context.catalog.jobs.transition(job.id, 'paused', 'running'));
    }
  }

  async #untilThereIsRoom(place: string, shortage: SpaceShortage, isPausedByUs: boolean, signal: AbortSignal): Promise<void> {
    const { job } = this.#options;
    const pollEveryMs = shortage.lacks === 'quota' ? TRY_EVERY_MS : POLL_EVERY_MS;
    for (;;) {
      for (let waitedMs = 0; waitedMs < pollEveryMs; waitedMs += LOOK_EVERY_MS) {
        await delay(LOOK_EVERY_MS, signal);
        // Somebody said "go on": what was freed where is theirs to know.
        if (isPausedByUs && this.#attempt(() => this.#context.catalog.jobs.get(job.id)?.state === 'running')) return;
      }
      const room = await roomAt(place, shortage.neededBytes);
      if (room.lacks === undefined) return;
      job.meter.shortage = { ...shortage, freeBytes: room.freeBytes, lacks: shortage.lacks === 'quota' ? 'quota' : room.lacks };
    }
  }

  /** The catalog may be on the full disk; the job waits all the same. */
  #attempt(work: () => boolean): boolean {
    try {
      return work();
    } catch {
      return false;
    }
  }
}
