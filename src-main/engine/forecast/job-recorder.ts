import type { GenerateResult } from '../../contract/commands.ts';
import type { EngineEvent } from '../../contract/events.ts';
import type { JobForecast } from '../../contract/forecast.ts';
import { simulate } from '../../pipeline/index.ts';
import type { CacheLayout } from '../../store/index.ts';
import { DiskMeter } from '../../store/index.ts';
import type { EngineContext } from '../context.ts';
import { downloadsAtOnce } from '../downloads-at-once.ts';
import type { EnginePlan } from '../plan-command.ts';
import type { RunningJob } from '../run-job.ts';
import { measurementKeys } from './measurement-keys.ts';
import { rememberMeasurement } from './remember-measurement.ts';

interface Made {
  readonly key: string;
  /** Since the making began, in seconds. */
  readonly at: number;
  /** Of the worker. */
  readonly seconds: number;
}

/** Entries of one batch are told together. */
const TOGETHER_SECONDS = 0.02;
/** An effective speed is measured over so many batches at least. */
const LEAST_ENTRIES = 200;
/** Beyond this it was not overhead: the machine slept, or was used for something else. */
const MOST_OVERHEAD_SECONDS = 30;

/** Measures a job against its forecast, and remembers what the next forecast needs. */
export class JobRecorder {
  /** For the work: what it tells is heard here too. */
  readonly context: EngineContext;
  readonly #plan: EnginePlan;
  readonly #job: RunningJob;
  readonly #disk: DiskMeter;
  readonly #made: Made[] = [];
  /** Seconds of the job before this part of it: what a repair verified first. */
  #beganAt = 0;

  constructor(context: EngineContext, plan: EnginePlan, layout: CacheLayout, job: RunningJob) {
    this.#plan = plan;
    this.#job = job;
    this.#disk = new DiskMeter(layout, {
      folders: plan.kind.folders,
      ...(plan.kind.index === undefined ? {} : { indexFile: plan.kind.index.file }),
      onSample: (bytes, peakBytes) => (job.meter.disk = { bytes, peakBytes, expectedPeakBytes: this.#expectedPeak(peakBytes) }),
    });
    this.context = {
      ...context,
      emit: (event) => {
        this.#hear(event);
        context.emit(event);
      },
    };
  }

  async start(): Promise<void> {
    this.#beganAt = this.#job.meter.workedSeconds;
    await this.#disk.start();
  }

  /** Must be called, also where the work failed. */
  async stop(): Promise<{ readonly bytes: number; readonly peakBytes: number }> {
    return await this.#disk.stop();
  }

  /** The result with forecast and measurement, where the job has done what was planned and nothing else. */
  finish(result: GenerateResult, disk: { readonly peakBytes: number }): GenerateResult {
    const { plan, work } = this.#plan;
    const isAsPlanned = result.published === work.length && result.failed === 0 && result.rawFilesRemoved === 0 && plan.source.unavailable === undefined;
    if (!isAsPlanned) return result;
    const seconds = this.#workedSeconds;
    this.#remember(seconds);
    return { ...result, forecast: this.#forecast(), measured: { peakBytes: disk.peakBytes, seconds, workerBytes: result.peakWorkerBytes } };
  }

  get #workedSeconds(): number {
    return this.#job.meter.workedSeconds - this.#beganAt;
  }

  #forecast(): JobForecast {
    const { disk, time, memory } = this.#plan.plan;
    return { peakBytes: disk.peakBytes, seconds: time === null ? null : { low: time.lowSeconds, middle: time.middleSeconds, high: time.highSeconds }, workerBytes: memory.perWorkerBytes };
  }

  #hear(event: EngineEvent): void {
    if (event.type !== 'entryPublished' || event.jobId !== this.#job.id || !event.isNew) return;
    this.#made.push({ key: event.key, at: this.#workedSeconds, seconds: event.seconds });
    const files = this.#plan.kind.entryFiles(event.key);
    if (this.#plan.plan.download.files > 0) this.#disk.publishedBesideRaw(files);
    else this.#disk.published(files);
  }

  /** Where nothing is downloaded the first entries say what all will take; raw files come and go as planned. */
  #expectedPeak(peakBytes: number): number {
    const { disk, download } = this.#plan.plan;
    const { entryBytes } = this.#disk;
    if (entryBytes === undefined || download.files > 0) return Math.max(peakBytes, disk.peakBytes);
    // Folders, index and Larder's own as planned.
    return Math.max(peakBytes, disk.peakBytes + this.#plan.work.length * (entryBytes - disk.entryBytes));
  }

  #remember(seconds: number): void {
    const { work, config, kind, plan } = this.#plan;
    if (this.#disk.entryBytes !== undefined) this.#append(measurementKeys(config).entryBytes, this.#disk.entryBytes);
    if (kind.batches === undefined) this.#rememberItems(seconds, Math.min(plan.memory.workers, work.length));
    else this.#rememberBatches(seconds, Math.min(plan.memory.workers, work.length));
  }

  /** The first item of a worker pays for what the others find warm: it counts for the start, not for the speed. */
  #rememberItems(seconds: number, workers: number): void {
    const { work, config, plan } = this.#plan;
    const keys = measurementKeys(config);
    const bytesOf = new Map(work.map(({ item, rawBytes }) => [item.key, rawBytes ?? 0]));
    const warm = this.#made.length > 2 * workers ? this.#made.slice(workers) : this.#made;
    for (const made of warm) {
      const bytes = bytesOf.get(made.key) ?? 0;
      if (bytes === 0) continue;
      this.#append(keys.secondsOn(workers), made.seconds);
      this.#append(keys.secondsPerByteOn(workers), made.seconds / bytes);
    }
    const isDownloading = plan.download.files > 0;
    const connections = Math.min(downloadsAtOnce(config), plan.batchSize);
    const lastOf = (key: string): number | undefined => this.context.catalog.measurements.list(key, 1)[0]?.value;
    const bytesPerSecond = lastOf(keys.downloadOn(connections));
    const bytesPerConnection = lastOf(keys.connectionOn(connections));
    if (isDownloading && bytesPerSecond === undefined) return;
    const secondsOf = new Map(warm.map((made) => [made.key, made.seconds]));
    const mean = warm.reduce((sum, made) => sum + made.seconds, 0) / Math.max(1, warm.length);
    const ideal = simulate(
      work.map((entry) => ({ downloadBytes: entry.localPath === undefined && entry.remote?.localPath === undefined ? (entry.rawBytes ?? 0) : 0, entryBytes: 0, seconds: secondsOf.get(entry.item.key) ?? mean })),
      { workers, downloadsAtOnce: connections, window: plan.batchSize, bytesPerSecond: bytesPerSecond ?? 1, ...(bytesPerConnection === undefined ? {} : { bytesPerConnection }) },
    );
    this.#append(isDownloading ? keys.overheadOfDownloads : keys.overhead, clampOverhead(seconds - ideal.seconds));
  }

  /** What was told first is one worker's batch; from there on it is what all of them made in all the time. */
  #rememberBatches(seconds: number, workers: number): void {
    const keys = measurementKeys(this.#plan.config);
    const [first] = this.#made;
    const last = this.#made.at(-1);
    if (first === undefined || last === undefined) return;
    const begun = this.#made.filter((made) => made.at - first.at < TOGETHER_SECONDS);
    const startSeconds = first.at - begun.reduce((sum, made) => sum + made.seconds, 0);
    const rest = this.#made.length - begun.length;
    this.#append(keys.overhead, clampOverhead(startSeconds + seconds - last.at));
    if (rest >= LEAST_ENTRIES) this.#append(keys.secondsOn(workers), ((last.at - first.at) * workers) / rest);
  }

  #append(key: string, value: number): void {
    rememberMeasurement(this.context, key, value);
  }
}

function clampOverhead(seconds: number): number {
  return Math.min(MOST_OVERHEAD_SECONDS, Math.max(0, seconds));
}
