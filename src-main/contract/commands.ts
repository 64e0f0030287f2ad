import type { EntryState, EntryStatistics, EntrySummary, EntrySource, KindId, RawSummary } from './entries.ts';
import type { ErrorCode } from './errors.ts';
import type { JobCommand, JobState } from './events.ts';
import type { Finding, FindingCode, Severity } from './findings.ts';
import type { JobForecast, JobMeasured } from './forecast.ts';
import type { HitReport } from './hits.ts';
import type { BlockedItem, ParameterLine, Plan } from './plan.ts';
import type { JobProgress } from './progress.ts';

/** A cache, by the config that makes it or by its folder. */
export interface CacheTarget {
  readonly config?: string;
  readonly cache?: string;
  /** Where neither the config nor the folder says it. */
  readonly kind?: KindId;
}

/** Which entries of a cache are meant: those that fulfil all conditions that are given, by what the catalog has of them. */
export interface EntryMatch {
  readonly states?: readonly EntryState[];
  /** Part of the name, or the start of the key. */
  readonly text?: string;
  readonly split?: string;
  readonly minSizeBytes?: number;
  readonly maxSizeBytes?: number;
  /** Of files that were changed longer ago. */
  readonly olderThanMs?: number;
  readonly newerThanMs?: number;
}

export interface PlanArguments extends EntryMatch {
  readonly config: string;
  readonly limit?: number;
  readonly only?: readonly string[];
  readonly batchSize?: number;
  readonly numWorkers?: number;
  /** Also what is there already, in place of what there is. Only for kinds that are made in batches. */
  readonly remake?: boolean;
  readonly kind?: KindId;
}

export interface GenerateArguments extends PlanArguments {
  readonly cleanLocalRawFiles?: boolean;
  readonly format?: string;
}

/** What a cache of rendered lines is made from; what is absent has its default. Folders may be relative. */
export interface PregenerateChoices {
  readonly cacheDir?: string;
  readonly corpusDir?: string;
  readonly fontsDir?: string;
  /** What training writes before a font file. */
  readonly fontPrefix?: string;
  readonly fontsPerLine?: number | 'all';
  /** Pixels. */
  readonly height?: number;
  readonly splits?: readonly string[];
  /** Of each split; 0 for all. */
  readonly maxLines?: number;
  /** What paths in the index begin with. */
  readonly indexPrefix?: string;
  readonly index?: 'full' | 'slim';
}

export interface GenerateResult {
  readonly directory: string;
  readonly published: number;
  readonly alreadyThere: number;
  /** Entries that were there without what belongs beside them, which they have now; absent where there were none. */
  readonly completed?: number;
  readonly failed: number;
  readonly blocked: number;
  readonly bytesDownloaded: number;
  readonly rawFilesRemoved: number;
  readonly rawBytesRemoved: number;
  readonly seconds: number;
  readonly peakWorkerBytes: number;
  /** What was expected and what it took; absent where nothing was to be made. */
  readonly forecast?: JobForecast;
  readonly measured?: JobMeasured;
  readonly failures: readonly { readonly name: string; readonly code: ErrorCode; readonly message: string }[];
  /** Of the blocked ones, those that the plan could not know of; absent where there are none. */
  readonly refusals?: readonly BlockedItem[];
  /** Files of the lists that are there and of which nothing was used, a sentence for each; absent where there are none. */
  readonly unreadFiles?: readonly string[];
}

export interface VerifyArguments extends CacheTarget, EntryMatch {
  readonly level?: 'quick' | 'deep';
  readonly changedOnly?: boolean;
  readonly numWorkers?: number;
  /** Only these entries, by name or hash; nothing is said about the rest of the cache then. */
  readonly only?: readonly string[];
  /** Entries verified since then and unchanged are not read again; how an interrupted verify goes on. */
  readonly verifiedSinceMs?: number;
  /** Where the fonts are that drew it, and would draw it again, if no config says it. */
  readonly fontsDir?: string;
}

export interface VerifyResult {
  readonly directory: string;
  readonly level: 'quick' | 'deep';
  readonly entries: number;
  readonly sound: number;
  readonly damaged: number;
  readonly skipped: number;
  readonly missing: number;
  readonly notMadeYet: number;
  readonly foreign: number;
  readonly temporaries: number;
  readonly bytes: number;
  readonly seconds: number;
  /** Findings by code. */
  readonly byCode: Readonly<Record<string, number>>;
  readonly errors: number;
  readonly warnings: number;
}

export interface FixArguments extends VerifyArguments {
  /** Remove damaged files instead of setting them aside. */
  readonly delete?: boolean;
  /** Where the lines of a lost text are searched, if no config says it. */
  readonly corpusDir?: string;
  /** Draw again also what is not damaged: pictures of a font that has changed, of another program, the same under different texts. */
  readonly reRender?: boolean;
}

export interface FixResult extends VerifyResult {
  readonly quarantined: number;
  readonly deleted: number;
  readonly swept: number;
  readonly remade: number;
  readonly notRemade: readonly { readonly name: string; readonly reason: string }[];
  /** Of making again; absent where not all that was planned was made. */
  readonly forecast?: JobForecast;
  readonly measured?: JobMeasured;
}

/** Which rows, in which order. */
export interface PageArguments extends EntryMatch {
  readonly sort?: 'name' | 'key' | 'state' | 'size' | 'modified' | 'verified' | 'position';
  readonly descending?: boolean;
  readonly offset?: number;
  readonly limit?: number;
}

export interface ListArguments extends CacheTarget, PageArguments {}

export interface EntryPage {
  readonly total: number;
  readonly rows: readonly EntrySummary[];
}

/** Everything known about one entry. */
export interface EntryDetail extends EntrySummary {
  readonly kind: KindId;
  readonly directory: string;
  readonly parameters: readonly ParameterLine[];
  readonly findings: readonly Finding[];
  readonly statistics: EntryStatistics | null;
  readonly source: EntrySource | null;
  readonly raw: RawSummary | null;
  readonly madeAtMs: number | null;
  readonly madeByVersion: string | null;
  readonly madeSeconds: number | null;
  readonly digest: string | null;
  readonly lastError: string | null;
  /** Other entries of the same name: the line in other fonts and heights. */
  readonly siblings?: readonly EntrySummary[];
  /** What the file itself says: layout, records, affines, applied operations. */
  readonly fileFacts: Readonly<Record<string, unknown>> | null;
}

export interface StatsArguments extends CacheTarget {
  /** Folder of the lists, by which entries are counted by split where no config says it. May be relative. */
  readonly corpusDir?: string;
}

export interface CacheStatistics {
  readonly kind: KindId;
  readonly directory: string;
  readonly configPath: string | null;
  /** The config that made the cache, where it was edited since and makes another folder now. */
  readonly formerConfig: FormerConfig | null;
  /** The config that made the cache, where it cannot be read. */
  readonly unreadableConfig: UnreadableConfig | null;
  readonly parameters: readonly ParameterLine[];
  readonly required: number | null;
  readonly states: Readonly<Record<EntryState, { readonly count: number; readonly bytes: number }>>;
  readonly files: number;
  readonly bytes: number;
  readonly allocatedBytes: number;
  readonly privateBytes: number;
  readonly quarantineBytes: number;
  readonly averageBytes: number;
  readonly perSplit: Readonly<Record<string, { readonly required: number; readonly present: number }>>;
  readonly oldestMs: number | null;
  readonly newestMs: number | null;
  readonly lastVerifiedAtMs: number | null;
  /** Cached entries that nobody has read as they are now: added, changed or put back since. */
  readonly unverified: number;
  /** Entries by what the kind tells apart: `font`, `height`. */
  readonly breakdown?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly openFindings: Readonly<Record<string, number>>;
  /** Folders and the files of the cache beside them, with what lies in each; Larder's own folder is left out. */
  readonly parts: readonly { readonly name: string; readonly files: number; readonly bytes: number }[];
  /** Entries with the content of another one, where it is known: how many contents, and how many entries have them. */
  readonly alike?: { readonly contents: number; readonly entries: number };
  /** What the config asks for and cannot be made, by reason and form: a line of a font that lacks a glyph of it. */
  readonly refused?: readonly { readonly reason: string; readonly variant: string; readonly count: number; readonly example: string }[];
  /** What training has looked up in it. */
  readonly lookups?: HitReport;
  readonly freeBytes: number;
}

export const EXPORT_FORMATS = ['json', 'jsonl', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** Of what is exported, the entries; what is said of the cache as a whole stays. */
export interface ExportArguments extends CacheTarget, EntryMatch {
  /** May be relative. */
  readonly output: string;
  /** As the ending of the output says, if it is absent: `.csv`, `.jsonl`, else JSON. */
  readonly format?: ExportFormat;
}

export interface ExportResult {
  readonly output: string;
  readonly format: ExportFormat;
  readonly entries: number;
  /** Not a device or a pipe, which somebody else reads. */
  readonly isFile: boolean;
}

export interface ClearArguments extends CacheTarget, EntryMatch {
  /** Only these entries, by name or hash. */
  readonly only?: readonly string[];
  readonly delete?: boolean;
  /** As many as somebody was asked about: where more have come since, nothing is removed. */
  readonly agreed?: number;
}

/** What `clear` would remove. */
export interface ClearPreview {
  readonly directory: string;
  readonly count: number;
  readonly bytes: number;
  readonly names: readonly string[];
  /** Seconds to make them again, where it was measured. */
  readonly remakeSeconds: number | null;
  /** Raw bytes to download again for them, where their source is known. */
  readonly remakeDownloadBytes: number;
  /** Entries among them that no known config asks for: nothing makes them again. */
  readonly notRemade: number;
}

/** Downloads and staging of runs that were cut off. */
export interface ClearedLeftovers {
  readonly directory: string;
  readonly files: number;
  readonly bytes: number;
}

export interface ClearResult {
  readonly directory: string;
  readonly count: number;
  readonly bytes: number;
  readonly quarantined: boolean;
}

export interface MapArguments {
  readonly csvPaths: readonly string[];
  readonly config?: string;
  readonly cache?: string;
}

export interface QuarantineItem {
  readonly id: string;
  readonly file: string;
  readonly name: string | null;
  readonly code: string;
  readonly message: string;
  readonly sizeBytes: number;
  readonly quarantinedAtMs: number;
}

/** The newest of what lies in quarantine, newest first, and the sums of all of it. */
export interface QuarantinePage {
  readonly items: readonly QuarantineItem[];
  readonly count: number;
  readonly bytes: number;
}

export interface JobSummary {
  readonly id: string;
  readonly command: JobCommand;
  readonly directory: string | null;
  /** `interrupted`: it was running when its process died. */
  readonly state: JobState | 'interrupted';
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly progress: JobProgress | null;
  readonly result: Readonly<Record<string, unknown>> | null;
  readonly errorMessage: string | null;
  /** What to do about it now, where that is known. */
  readonly errorHint?: string;
}

/** A card of the Library. */
export interface CacheSummary {
  readonly id: number;
  readonly kind: KindId;
  readonly directory: string;
  readonly label: string;
  readonly parameters: readonly ParameterLine[];
  /** null where none is known, it makes another folder now, or it cannot be read. */
  readonly configPath: string | null;
  /** The config that made it and was edited since, so that it makes another folder now. */
  readonly formerConfigPath: string | null;
  /** The config that made it, where it could not be read at the last look. */
  readonly unreadableConfig: UnreadableConfig | null;
  /** There was no such folder at the last look: moved, deleted, or on a disk that is not there. */
  readonly isGone: boolean;
  /** The cache of the sample dataset: Larder's own, to learn with. */
  readonly isSample: boolean;
  readonly required: number | null;
  readonly present: number;
  readonly bytes: number;
  readonly damaged: number;
  readonly lastVerifiedAtMs: number | null;
  /** Cached entries that nobody has read as they are now: added, changed or put back since. */
  readonly unverified: number;
}

/** An entry of the sample that was damaged on purpose. */
export interface DamagedEntry {
  readonly directory: string;
  readonly key: string;
  readonly name: string | null;
  /** Relative to the folder of the cache. */
  readonly file: string;
  /** The byte of which one bit is another now, from 0. */
  readonly byte: number;
  /** By the clock of the engine, as the times of jobs are. */
  readonly atMs: number;
}

/** A cache at a glance, from the catalog alone; only the free space is asked of the disk. */
export interface CacheOverview {
  readonly states: Readonly<Record<EntryState, { readonly count: number; readonly bytes: number }>>;
  /** Errors first, then by number. */
  readonly findings: readonly FindingSummary[];
  readonly repairs: RepairPreview;
  /** null where the folder is not there now. */
  readonly freeBytes: number | null;
}

/** Findings of one code and severity. */
export interface FindingSummary {
  readonly code: FindingCode;
  readonly severity: Severity;
  readonly count: number;
  /** Size of the entries they are about. */
  readonly bytes: number;
}

/** What `fix` would do about the findings as they are known. It verifies again before it acts. */
export interface RepairPreview {
  /** Entries that would be made again. */
  readonly entries: number;
  /** Files of them that would be set aside first. */
  readonly files: number;
  readonly bytes: number;
  /** By the finding that decides, most first. */
  readonly byCode: readonly { readonly code: FindingCode; readonly entries: number; readonly bytes: number }[];
}

export interface FindingsArguments {
  readonly codes?: readonly FindingCode[];
  readonly severities?: readonly Severity[];
  /** Continue behind this finding. */
  readonly after?: number;
  readonly limit?: number;
}

export interface ListedFinding extends Finding {
  readonly id: number;
  readonly foundAtMs: number;
  readonly jobId: string | null;
}

/** Entries and bytes that have state, split and age in common. */
export interface StorageShare {
  readonly state: EntryState;
  readonly split: string | null;
  readonly isRequired: boolean;
  /** At most this many days old, and more than the next smaller bound; null: older, or not known. */
  readonly maxAgeDays: number | null;
  readonly entries: number;
  readonly bytes: number;
}

/** A config that made a cache and was edited since. */
export interface FormerConfig {
  readonly path: string;
  /** The folder that it makes now. */
  readonly directory: string;
  /** What it asks for now. */
  readonly parameters: readonly ParameterLine[];
}

/** A config that made a cache and cannot be read now: gone, refused by the system, or no longer valid. */
export interface UnreadableConfig {
  readonly path: string;
  /** Says what is wrong, and with which file. */
  readonly message: string;
  readonly hint: string | null;
}

/** Parameters by the config and by what the folder says of itself. */
export interface CacheParameters {
  readonly directory: string;
  /** null where none is known, it makes another folder now, or it cannot be read. */
  readonly configPath: string | null;
  /** Of the config; null where `configPath` is. */
  readonly config: readonly ParameterLine[] | null;
  /** What made the folder, where that has changed since: its parameters beside those of the folder tell what is stale. */
  readonly formerConfig: FormerConfig | null;
  readonly unreadableConfig: UnreadableConfig | null;
  /** Of `cache_params.json`; empty where it is missing or unreadable. */
  readonly folder: readonly ParameterLine[];
  /** `params-mismatch`, where folder name and parameters disagree. */
  readonly findings: readonly Finding[];
}

export type { Plan };
