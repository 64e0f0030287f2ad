import type { JobProgress, Stage, StageProgress } from '../contract/progress.ts';
import type { SpaceShortage } from '../contract/space.ts';

interface Sample {
  readonly atMs: number;
  readonly items: number;
  readonly bytes: number;
}

/** Rates are taken over this much time, so that they fall to zero within seconds of a stall. */
const RATE_WINDOW_MS = 10_000;
/** Below 3 s by more than the time between two reports, so that no report shows a speed 3 s after the last byte. */
const STALL_MS = 2_500;
/** Steps that take long by themselves stand still only after this many of their usual times. */
const STALL_STEPS = 3;
const CURRENT_SHOWN = 4;

/** Counters of one stage. */
export class StageMeter {
  readonly stage: Stage;
  total: number;
  bytesTotal = 0;
  #done = 0;
  #failed = 0;
  #bytesDone = 0;
  #lastMoveMs = 0;
  readonly #current = new Set<string>();
  readonly #samples: Sample[] = [];
  readonly #now: () => number;

  constructor(stage: Stage, total: number, now: () => number) {
    this.stage = stage;
    this.total = total;
    this.#now = now;
  }

  get done(): number {
    return this.#done;
  }
  get failed(): number {
    return this.#failed;
  }

  /** Items begun and not finished. */
  get underWay(): number {
    return this.#current.size;
  }

  start(name: string): void {
    this.#current.add(name);
  }

  bytes(count: number): void {
    this.#bytesDone += count;
    this.#moved();
  }

  finish(name: string): void {
    this.#current.delete(name);
    this.#done++;
    this.#moved();
  }

  fail(name: string): void {
    this.#current.delete(name);
    this.#failed++;
    this.#moved();
  }

  drop(name: string): void {
    this.#current.delete(name);
  }

  #moved(): void {
    const atMs = this.#now();
    this.#lastMoveMs = atMs;
    const last = this.#samples.at(-1);
    // A sample every quarter second is enough for a window of ten seconds.
    if (last !== undefined && atMs - last.atMs < 250 && this.#samples.length > 1) this.#samples.pop();
    this.#samples.push({ atMs, items: this.#done + this.#failed, bytes: this.#bytesDone });
  }

  /** How long nothing may move before the rate is 0. Bytes come steadily; an item may take its time. */
  #patienceMs(): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (this.stage === 'downloading' || first === undefined || last === undefined || this.#samples.length < 2) return STALL_MS;
    return Math.max(STALL_MS, (STALL_STEPS * (last.atMs - first.atMs)) / (this.#samples.length - 1));
  }

  snapshot(): StageProgress {
    const nowMs = this.#now();
    while (this.#samples.length > 2 && this.#samples[1]!.atMs < nowMs - RATE_WINDOW_MS) this.#samples.shift();
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    const isStalled = nowMs - this.#lastMoveMs > this.#patienceMs();
    const seconds = first === undefined ? 0 : (nowMs - first.atMs) / 1000;
    const hasRate = first !== undefined && last !== undefined && seconds > 0.2 && !isStalled;
    return {
      stage: this.stage,
      done: this.#done,
      total: this.total,
      failed: this.#failed,
      bytesDone: this.#bytesDone,
      bytesTotal: this.bytesTotal,
      itemsPerSecond: hasRate ? (last.items - first.items) / seconds : 0,
      bytesPerSecond: hasRate ? (last.bytes - first.bytes) / seconds : 0,
      current: Array.from(this.#current).slice(0, CURRENT_SHOWN),
    };
  }
}

/** All stages of a job, and the forecast of its end. */
export class ProgressMeter {
  readonly #stages = new Map<Stage, StageMeter>();
  readonly #startedAtMs: number;
  readonly #now: () => number;
  workers = 0;
  /** Memory of the largest worker so far; 0 until one has told. */
  workerBytes: () => number = () => 0;
  waitingFor: string | undefined;
  shortage: SpaceShortage | undefined;
  disk: JobProgress['disk'] | undefined;
  #pausedAtMs: number | undefined;
  #pausedMs = 0;

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#startedAtMs = now();
  }

  stage(stage: Stage, total = 0): StageMeter {
    const known = this.#stages.get(stage);
    if (known !== undefined) return known;
    const meter = new StageMeter(stage, total, this.#now);
    this.#stages.set(stage, meter);
    return meter;
  }

  /** While it is paused nothing is promised, and the time does not count for the forecast. */
  setPaused(isPaused: boolean): void {
    if (isPaused) {
      this.#pausedAtMs ??= this.#now();
      return;
    }
    if (this.#pausedAtMs !== undefined) this.#pausedMs += this.#now() - this.#pausedAtMs;
    this.#pausedAtMs = undefined;
  }

  /** Seconds of work so far, without pauses. */
  get workedSeconds(): number {
    const pausedMs = this.#pausedMs + (this.#pausedAtMs === undefined ? 0 : this.#now() - this.#pausedAtMs);
    return (this.#now() - this.#startedAtMs - pausedMs) / 1000;
  }

  snapshot(): JobProgress {
    const meters = Array.from(this.#stages.values());
    const stages = meters.map((meter) => meter.snapshot());
    const elapsedSeconds = (this.#now() - this.#startedAtMs) / 1000;
    const remaining = this.#pausedAtMs === undefined ? remainingSeconds(stages, elapsedSeconds - this.#pausedMs / 1000, meters.map((meter) => meter.underWay)) : undefined;
    return {
      stages,
      elapsedSeconds,
      ...(remaining === undefined ? {} : { remainingSeconds: remaining }),
      workers: this.workers,
      ...(this.workerBytes() > 0 ? { workerBytes: this.workerBytes() } : {}),
      ...(this.waitingFor === undefined ? {} : { waitingFor: this.waitingFor }),
      ...(this.disk === undefined ? {} : { disk: this.disk }),
      ...(this.shortage === undefined ? {} : { shortage: this.shortage }),
    };
  }
}

/**
 * Seconds until the slowest stage is through: between what the last seconds promise and what the
 * whole run so far promises, widened by a tenth on both sides. Items under way may be nearly through:
 * for the low end they count as if they were, so that a range is told as soon as the first items are
 * made, wide at first and narrower with each.
 *
 * @param underWay items begun and not finished, by stage
 */
export function remainingSeconds(stages: readonly StageProgress[], elapsedSeconds: number, underWay: readonly number[] = []): { low: number; high: number } | undefined {
  let low = 0;
  let high = 0;
  for (const [n, stage] of stages.entries()) {
    const finished = stage.done + stage.failed;
    const left = stage.total - finished;
    if (left <= 0) continue;
    if (finished === 0 || elapsedSeconds <= 0) return undefined;
    const overall = left / (finished / elapsedSeconds);
    const recent = stage.itemsPerSecond > 0 ? left / stage.itemsPerSecond : overall;
    const nearlyDone = Math.min(left, underWay[n] ?? 0);
    const soonest = ((left - nearlyDone) * elapsedSeconds) / (finished + nearlyDone);
    low = Math.max(low, Math.min(overall, recent, soonest) * 0.9);
    high = Math.max(high, Math.max(overall, recent) * 1.1);
  }
  return high > 0 ? { low, high } : undefined;
}
