import type { KindId } from './entries.ts';
import type { ForecastRecord } from './forecast.ts';

/** A named parameter as it is shown: `spacing`, `0.75 × 0.75 × 1.5 mm`. */
export interface ParameterLine {
  readonly name: string;
  readonly value: string;
}

export type WorkerBytesBasis = 'measured' | 'headers' | 'parameters';

/** One item that `generate` would make. */
export interface PlannedItem {
  readonly key: string;
  readonly name: string;
  readonly split: string;
  /** `local`: the raw file is there; `hub`: to be downloaded; `reused`: in the Hugging Face cache, or downloaded before. */
  readonly origin: 'local' | 'hub' | 'reused';
  /** Raw bytes, where known. */
  readonly rawBytes: number | null;
}

export const BLOCKED_REASONS = ['not-on-hub', 'no-source', 'no-path', 'unreadable', 'missing-glyph', 'wrong-shaping', 'substituted', 'too-long', 'bad-font', 'bad-text'] as const;
export type BlockedReason = (typeof BLOCKED_REASONS)[number];

/** An item that cannot be made, with the reason. */
export interface BlockedItem {
  readonly key: string;
  readonly name: string;
  readonly reason: BlockedReason;
  readonly message: string;
}

/** What `generate` would do: plain data that can be shown, priced and refused before a byte moves. */
export interface Plan {
  readonly kind: KindId;
  readonly configPath: string;
  readonly directory: string;
  readonly parameters: readonly ParameterLine[];
  readonly required: number;
  readonly perSplit: Readonly<Record<string, number>>;
  readonly present: number;
  /** Files of the directory that no required item is named after. */
  readonly foreign: number;
  readonly items: readonly PlannedItem[];
  readonly blocked: readonly BlockedItem[];
  readonly source: {
    readonly repository: string | null;
    readonly endpoint: string | null;
    readonly revision: string | null;
    /** Why sizes could not be asked, where they could not. */
    readonly unavailable?: string;
  };
  readonly download: { readonly files: number; readonly bytes: number; readonly unknownSizes: number; readonly reusedFiles: number; readonly partialBytes: number };
  /** Of the cache folder, with everything below it; what Larder knows of the cache, and its log, grow in its data folder. */
  readonly disk: {
    /** Of the files of one entry. */
    readonly entryBytes: number;
    /** More than is used now, in blocks of the file system, folders and index too: at the worst moment, and when everything is done. */
    readonly peakBytes: number;
    readonly endBytes: number;
    readonly freeBytes: number;
    readonly reserveBytes: number;
    readonly fits: boolean;
  };
  readonly time: { readonly lowSeconds: number; readonly middleSeconds: number; readonly highSeconds: number; readonly samples: number } | null;
  /** How good the last forecasts were; absent until a job has ended with one. */
  readonly record?: ForecastRecord;
  readonly memory: {
    readonly perWorkerBytes: number;
    /** What that rests on: earlier jobs with these parameters, the headers of raw files, or the parameters alone. */
    readonly perWorkerFrom: WorkerBytesBasis;
    /** Raw files whose header was read for it; a sample where there are many. */
    readonly headersRead: number;
    readonly budgetBytes: number;
    readonly workersThatFit: number;
    readonly workers: number;
  };
  readonly batchSize: number;
  /** False where items are made from what the config names, without downloads or local raw files. */
  readonly needsRawFiles?: false;
  readonly warnings: readonly string[];
  /** Files of the lists that are there and of which nothing is used, a sentence for each, which stands among the warnings too; absent where there are none. */
  readonly unreadFiles?: readonly string[];
}

/** How far a plan is: first the lists, then the local raw files one by one, then one question to the Hub. */
export interface PlanProgress {
  readonly phase: 'reading lists' | 'looking for raw files' | 'asking the Hub';
  readonly done: number;
  /** 0 where it is not known. */
  readonly total: number;
}

/** A plan without its lists: what a window shows of it. */
export interface PlanSummary extends Omit<Plan, 'items' | 'blocked'> {
  readonly toMake: number;
  /** Of these, with a local raw file. */
  readonly local: number;
  readonly blocked: {
    readonly count: number;
    readonly byReason: Readonly<Record<BlockedReason, number>>;
    /** `BLOCKED_SHOWN` at most. */
    readonly first: readonly BlockedItem[];
  };
}

/** What making damaged entries again takes, before one of them is touched. */
export interface RemakeForecast extends Pick<PlanSummary, 'directory' | 'toMake' | 'download' | 'disk' | 'time' | 'memory'> {
  /** Entries that cannot be made again from what is there now. */
  readonly blockedCount: number;
}

export const BLOCKED_SHOWN = 20;
