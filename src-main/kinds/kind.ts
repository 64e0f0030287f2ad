import type { HitReport } from '../contract/hits.ts';
import type { EntryStatistics, EntrySummary, KindId } from '../contract/entries.ts';
import type { WireError } from '../contract/errors.ts';
import type { PregenerateChoices } from '../contract/commands.ts';
import type { ConfigProblem, NamedPath } from '../contract/config.ts';
import type { Finding, FindingCode } from '../contract/findings.ts';
import type { Material } from '../contract/dropped.ts';
import type { BlockedReason, ParameterLine } from '../contract/plan.ts';
import type { IndexForm } from './index-form.ts';

/** One unit of work, as the list of a config names it. */
export interface KindItem {
  readonly key: string;
  /** The item's name as text (`nan` for a missing one, as Python has it). */
  readonly name: string;
  readonly split: string;
  /** Which of several forms of the same name: the font of a line. */
  readonly variant?: string;
  /** Why it cannot be made, where that is known before it is tried. */
  readonly refusal?: ItemRefusal;
  /** What besides the item decides whether it can be made, where trying may refuse it: a refusal is good while this is the same. */
  readonly basis?: string;
}

/** Why an item cannot be made, whoever tries and however often. */
export interface ItemRefusal {
  readonly reason: BlockedReason;
  readonly message: string;
}

/** Where an item's raw data is; the kind decides, sources fetch. */
export interface ItemOrigin {
  /** Path the original pipeline would read, absolute. */
  readonly localPath: string;
  /** Path inside the repository. */
  readonly repositoryPath: string;
}

export interface RepositoryReference {
  readonly repoId: string;
  readonly revision?: string;
  readonly endpoint?: string;
  readonly token?: string;
  /** The config's own Hugging Face cache folder; read only. */
  readonly cacheDirectory?: string;
  readonly maxWorkers?: number;
}

/** The items of a config, in order, first occurrence of a name only. */
export interface ItemList {
  readonly count: number;
  readonly perSplit: Readonly<Record<string, number>>;
  readonly items: Iterable<KindItem>;
  readonly warnings: readonly string[];
  /** Files of the lists that are there and of which nothing was used, a sentence for each, which stands among the warnings too. */
  readonly unreadFiles?: readonly string[];
}

/** Of a raw file, enough for its header: a packed NIfTI header is in the first few hundred bytes. */
export const RAW_HEAD_BYTES = 4096;

/** A config that was read without problems. */
export interface KindConfig {
  readonly kind: KindId;
  readonly configPath: string;
  /** Absolute directory that holds the entries. */
  readonly directory: string;
  /** Written beside the entries when the directory is made. */
  readonly parametersFile?: { readonly file: string; readonly text: string };
  /** How the index of the cache is written, where the config says it. */
  readonly index?: Partial<IndexChoices>;
  readonly parameters: readonly ParameterLine[];
  readonly repository: RepositoryReference | undefined;
  /** Folders the user's own raw files lie in; more than one where splits are kept apart. */
  readonly rawDirectories: readonly string[];
  /** Every path the config names, resolved, as it is shown. */
  readonly paths: readonly NamedPath[];
  readonly warnings: readonly string[];
  /** What speeds and sizes depend on, where it is not all that the parameters say. */
  readonly measuredAs?: string;
  /** Bytes of one entry; undefined where it depends on the raw file. */
  readonly entryBytes: number | undefined;
  /** Worker seconds one item is expected to take, until it was measured; undefined where nobody can say. */
  readonly itemSeconds?: number;
  /** Memory a worker is expected to grow to, until it was measured. */
  readonly workerBytes: number;
  /**
   * The same by the header of one raw file; undefined where it does not say.
   *
   * @param head the first `RAW_HEAD_BYTES` of the file, packed or not
   */
  workerBytesFor?(head: Uint8Array): number | undefined;
  listItems(signal: AbortSignal): Promise<ItemList>;
  /** @throws NAME_INVALID if the item cannot have a path */
  originOf(item: KindItem): ItemOrigin;
  /** What a worker must be told to preprocess; plain data. */
  preprocessPayload(request: { readonly item: KindItem; readonly rawPath: string; readonly localPath: string; readonly stagedPath: string; readonly format: string }): unknown;
}

/**
 * Pictures of an entry, by the tasks that make them: `nifti` (the whole tensor for a viewer),
 * `reduced` (the same, small enough for every graphics), `raw` and `raw-reduced` (the same of its
 * source before preprocessing), `thumbnail` (one small PNG), `slices` (a larger PNG, where no viewer can run).
 */
export const PREVIEW_NAMES = ['nifti', 'reduced', 'raw', 'raw-reduced', 'thumbnail', 'slices'] as const;
export type PreviewName = (typeof PREVIEW_NAMES)[number];

/** What the beginning of a raw file says, in words. */
export interface RawFacts {
  readonly lines: readonly ParameterLine[];
  /** Voxels along the axes, then channels or time points if there is more than one. */
  readonly shape: readonly number[];
  /** Oddities that do not stop it from being used. */
  readonly warnings: readonly string[];
}

/** A raw file that is to be drawn. */
export interface RawRequest {
  readonly path: string;
  /** Its name, which decides what it is: the path of a copy may have no ending. */
  readonly name: string;
  /** Channel or time point, from 0. */
  readonly channel: number;
  /** A new file. */
  readonly outputPath: string;
}

/** A cache directory recognised without its config. */
export interface RecognisedCache {
  readonly kind: KindId;
  readonly directory: string;
  readonly parameters: readonly ParameterLine[];
  /** Findings about the cache as a whole: `params-mismatch`. */
  readonly findings: readonly Finding[];
  /** What a worker must be told to look at one entry; plain data. */
  inspectPayload(request: { readonly path: string; readonly key: string }): unknown;
  /** What a worker must be told to draw one entry into a new file; plain data. */
  previewPayload(request: { readonly path: string; readonly key: string; readonly outputPath: string }): unknown;
  /** What a worker must be told to draw the raw file of an entry into a new file; absent where the kind has none. */
  rawPayload?(request: RawRequest): unknown;
  /** What a worker must be told to verify entries; plain data. */
  verifyPayload(request: { readonly files: readonly VerifyRequestFile[]; readonly level: VerifyLevel }): unknown;
}

export type VerifyLevel = 'quick' | 'deep';

export interface VerifyRequestFile {
  readonly path: string;
  readonly file: string;
  readonly key: string;
  readonly name: string | null;
}

/** What preprocessing one item gives back. */
export interface PreprocessOutcome {
  readonly sizeBytes: number;
  /** Of the staged file; publishing keeps it. */
  readonly modifiedAtMs: number;
  /** sha256 hex of the staged file. */
  readonly digest: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly statistics: EntryStatistics | null;
  readonly seconds: number;
  readonly warnings: readonly string[];
  /** What made it, and the digest of its content; kinds that can tell a changed maker. */
  readonly maker?: string;
  readonly pixels?: string;
}

/** What verifying one file gives back. */
export interface VerifyOutcome {
  readonly file: string;
  readonly isSound: boolean;
  readonly findings: readonly Finding[];
  readonly sizeBytes: number;
  readonly modifiedNs: string;
  readonly digest: string | null;
  readonly shape: readonly number[] | null;
  readonly dtype: string | null;
  readonly statistics: EntryStatistics | null;
  readonly sourcePath: string | null;
}

/** Items that a worker makes in one go. */
export interface ItemBatch {
  /** The same for every process that makes these items, whatever else is missing: processes share the work by it. A plain file name. */
  readonly id: string;
  readonly items: readonly KindItem[];
}

/** A file a worker has made, and where in the cache it belongs. */
export interface MadeFile {
  readonly staged: string;
  readonly file: string;
}

/**
 * What came of one item of a batch; `file` is the main file of the entry, relative to the cache. One that was there and is the
 * same as what would be made is completed where what belongs beside it was not.
 */
export type BatchOutcome =
  | { readonly key: string; readonly file: string; readonly isNew: boolean; readonly isCompleted: boolean; readonly outcome: PreprocessOutcome }
  /** Somebody else had made it before. */
  | { readonly key: string; readonly isThere: true }
  /** Found only when it was tried. @see KindItem.basis */
  | { readonly key: string; readonly refusal: ItemRefusal; readonly basis: string }
  | { readonly key: string; readonly error: WireError };

/** Where a worker makes the items of a batch and where it puts them. */
export interface BatchPlace {
  readonly stagingDirectory: string;
  /** The cache. */
  readonly directory: string;
  /** Items that are there are made again too. */
  readonly replace: boolean;
  /** Some may lie in the staging folder, as a process or a worker that died had made them: what is whole of them is not made again. */
  readonly mayBeStaged: boolean;
}

/** One form of an item that is looked at before it is made. */
export interface DraftRequest {
  readonly variant: string;
  /** Why it would not be made, where that is known. */
  readonly problem: string | undefined;
  /** For the task `draft`, which gives a `DraftPicture`. */
  readonly payload: unknown;
}

export type DraftPicture = { readonly png: string; readonly width: number; readonly height: number } | { readonly problem: string };

/** How small items without raw files are made, many at a time. */
export interface BatchMaking {
  /** Environment variables its workers start with. */
  environment(dataDirectory: string): Promise<Readonly<Record<string, string>>>;
  divide(items: readonly KindItem[]): readonly ItemBatch[];
  /** True for the bytes of a file beside the main one as this kind writes them: a writer may have died in the middle. */
  isWhole(key: string, bytes: Uint8Array): boolean;
  /** Why a file that lies beside no main file is set aside before its entry is made. */
  readonly orphan: { readonly code: FindingCode; readonly message: string };
  /** What a worker must be told for its task `preprocess-batch`, which publishes and hands over lists of `BatchOutcome`; plain data. */
  payload(items: readonly KindItem[], place: BatchPlace): unknown;
}

/** What a cache folder says about an entry beside its main file. */
export interface EntryDescription {
  readonly key: string;
  readonly name: string | null;
  readonly variant: string | null;
  readonly shape: readonly number[] | null;
  readonly dtype: string | null;
}

export interface IndexChoices {
  /** What the paths in the index begin with. */
  readonly prefix: string;
  /** Keys without values. */
  readonly slim: boolean;
}

/** The index of a whole cache: derived from the entries, and always written anew as a whole. */
export interface EntryIndex {
  readonly file: string;
  describe(directory: string, keys: Iterable<string>, signal: AbortSignal): AsyncIterable<EntryDescription>;
  /** The choices of the index that is there. */
  choicesOf(directory: string): Promise<IndexChoices>;
  form(choices: IndexChoices): IndexForm;
}

/** What an audit has found out about one entry. */
export interface AuditedEntry extends EntryDescription {
  /** Main file, relative to the cache; null where it is gone. */
  readonly file: string | null;
  readonly isSound: boolean;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
  /** Digest of the content, whatever compressed it; null where it was not read. */
  readonly pixels: string | null;
  /** What was read, all files of the entry. */
  readonly bytesRead: number;
}

/** What the catalog has of an entry. */
export interface RecordedEntry {
  readonly name: string | null;
  readonly variant: string | null;
  readonly maker: string | null;
  readonly pixels: string | null;
}

/** Whoever writes into a cache, after its files were listed. */
export interface CacheWriters {
  /** One of them lives and makes entries: temporary files are its own, and the index does not have yet what it has made. */
  readonly isBusy: boolean;
  /** One of them lives and takes entries away or puts them back, one file after the other, and the index at the end. */
  readonly isTidying: boolean;
  /** Files that a writer who died had made and not yet given their names, by the names they would have had. Absolute. */
  readonly unfinished: ReadonlyMap<string, string>;
}

export interface AuditRequest {
  readonly directory: string;
  /** Hands over every file of the cache, relative to it, and tells of those who write there. */
  listFiles(onName: (name: string) => void): Promise<CacheWriters>;
  /** Who is at work now. */
  lookForWriters(): Promise<Pick<CacheWriters, 'isBusy' | 'isTidying'>>;
  /** Of these alone files are read, and something is said; undefined: of all. */
  readonly only?: { has(key: string): boolean };
  readonly level: VerifyLevel;
  /** What is known of an entry besides its files, as it was before this audit. */
  recorded(key: string): RecordedEntry | undefined;
  /** Entries of the index at the last look; null where there was none. */
  readonly indexEntries: number | null;
  readonly config: KindConfig | undefined;
  /** Absolute; instead of the folder of the config. */
  readonly fontsDirectory?: string;
  /** Workers there are. */
  readonly workers: number;
  /** Runs a task of the kind in a worker. */
  run(task: string, payload: unknown, onPartial: (value: unknown) => void): Promise<unknown>;
  onTotal(entries: number): void;
  onEntry(entry: AuditedEntry): void;
  onFinding(finding: Finding): void;
}

/** Something to be done about one entry, decided without touching anything. */
export interface EntryRepair {
  readonly key: string;
  readonly name: string | null;
  readonly reason: { readonly code: string; readonly message: string };
  /** Files that are moved to quarantine first. */
  readonly aside: readonly string[];
  /** Files that get their right name. */
  readonly rename: readonly { readonly from: string; readonly to: string }[];
  /** Small files that are written then. */
  readonly write: readonly { readonly file: string; readonly bytes: Uint8Array }[];
  /** An item that is made anew. */
  readonly remake?: KindItem;
  /** Why nothing better can be done. */
  readonly refusal?: string;
  /** What is known of the entry when all that is done; undefined: it is no entry any more. */
  readonly entry?: EntryDescription;
  /** What is set aside is sound and belongs to another key, whose repair is still to come: it is not deleted before that. */
  readonly isExchange?: true;
  /** Somebody else has changed its files since they were judged: nothing is done, and nothing said to be known. */
  readonly isLeft?: true;
}

/** What a repair may draw on besides the files themselves. */
export interface RepairKnowledge {
  readonly config: KindConfig | undefined;
  readonly corpusDirectory?: string;
  readonly fontsDirectory?: string;
  /** Also what is not damaged but was made by somebody else, or by a font that has changed. */
  readonly isRedrawing: boolean;
  /** Set aside by an earlier repair that did not come to make them again, and away still. */
  readonly unfinished: readonly { readonly key: string; readonly reason: EntryRepair['reason'] }[];
  readonly cwd: string;
  known(key: string): { readonly name: string | null; readonly variant: string | null; readonly shape: readonly number[] | null; readonly pixels: string | null } | undefined;
}

export interface AuditResult {
  /** Entries of the index; null where it cannot be read. */
  readonly indexEntries: number | null;
  /** Of the entries with a finding that a repair changes, decided one by one. */
  planRepairs(knowledge: RepairKnowledge, signal: AbortSignal): AsyncIterable<EntryRepair>;
  /** Files without an entry that a repair sets aside. */
  readonly leftovers: readonly { readonly file: string; readonly code: string; readonly message: string }[];
}

/** Kinds whose entries can only be judged together: index, images and metadata must agree. */
export type CacheAudit = (request: AuditRequest, signal: AbortSignal) => Promise<AuditResult>;

/** One entry in an export: plain values, lists of numbers, or small objects. */
export type ExportRow = Readonly<Record<string, unknown>>;

/** How a kind's entries are exported, where the catalog's own fields are not what its users know. */
export interface ExportForm {
  /** `format` of the document. */
  readonly name: string;
  head(facts: { readonly directory: string; readonly generatedAt: string; readonly breakdown: Readonly<Record<string, Readonly<Record<string, number>>>> }): Readonly<Record<string, unknown>>;
  /** All rows have the same fields in the same order. @throws the system's trouble in words */
  row(directory: string, entry: ExportedEntry): Promise<ExportRow>;
}

/** What the catalog has of it. */
export interface ExportedEntry extends EntrySummary {
  readonly pixels: string | null;
  readonly maker: string | null;
}

export interface TaskContext {
  readonly signal: AbortSignal;
  progress(done: number, total: number): void;
  /** Hands over a part of the result early, so that a long task shows what it has found. */
  partial(value: unknown): void;
  /**
   * Gives the staged files of entries their names in the cache, each entry's main file last, and makes that durable.
   *
   * @param replace also a main file that is there already
   * @returns for each entry whether it is new
   * @throws DISK_FULL, PERMISSION_DENIED, READ_ONLY, IO_FAILED
   */
  publish(directory: string, entries: readonly (readonly MadeFile[])[], replace: boolean): readonly boolean[];
}

/** What a kind does inside a worker, by name of the task: `preprocess`, `verify`, `inspect`, and those of `PREVIEW_NAMES`. */
export type KindTasks = Readonly<Record<string, (payload: unknown, context: TaskContext) => Promise<unknown>>>;

/**
 * Everything that differs between kinds of caches. A new kind is a folder with one of these and a
 * line in `registry.ts` and `worker-registry.ts`.
 */
export interface CacheKind {
  readonly id: KindId;
  /** Folders of a cache that hold files of entries, relative to it; '' is the cache itself. */
  readonly folders: readonly string[];
  /** Files of an entry relative to the cache, `/` between parts. The first one makes it an entry; the others lie beside it. */
  entryFiles(key: string): readonly [string, ...string[]];
  /** True if a config with this text is of this kind; the first kind of the registry takes what nobody claims. */
  claimsConfig(text: string): boolean;
  /** @throws CONFIG_INVALID with every problem, CONFIG_UNREADABLE */
  readConfig(path: string, options: { readonly cwd: string; readonly environment: Readonly<Record<string, string | undefined>> }): Promise<KindConfig>;
  /** Reads a text as if it were in `file`, which need not exist. `config` is missing where a problem is an error. */
  checkConfig(text: string, options: { readonly file: string; readonly cwd: string; readonly environment: Readonly<Record<string, string | undefined>> }): Promise<{ readonly config?: KindConfig; readonly problems: readonly ConfigProblem[] }>;
  /** The text of a config that says what these choices say. */
  configText?(choices: PregenerateChoices, cwd: string): string;
  /** By what entries are counted in statistics: `font`, `KhmerOS.ttf`. */
  groupsOf?(entry: { readonly variant?: string | null; readonly shape: readonly number[] | null; readonly maker: string | null; readonly file: string | null }): Readonly<Record<string, string>>;
  /** Split of each name that the lists of a folder hold, the first where it stands in several. @throws the kind's error if the folder cannot be read; CANCELLED */
  splitsOfNames?(directory: string, signal: AbortSignal): Promise<ReadonlyMap<string, string>>;
  readonly exportForm?: ExportForm;
  /** Items of one name in all its forms, as they would be made, with what a worker must be told for its task `draft`. */
  drafts?(config: KindConfig, request: { readonly text: string; readonly height?: number }, signal: AbortSignal): Promise<readonly DraftRequest[]>;
  /** Key of a file, relative to the cache, that makes an entry; undefined if it does not. */
  keyOfFile(file: string): string | undefined;
  /** The same of a file that belongs beside it; absent where an entry is one file. */
  keyOfFileBeside?(file: string): string | undefined;
  /** Key of an item with this name, where the name alone decides it. */
  keyOfName(name: string): string | undefined;
  /** Items of lists without a config, first occurrence of a name only. @throws LIST_INVALID */
  readNames?(paths: readonly string[], signal: AbortSignal): Promise<readonly { readonly key: string; readonly name: string }[]>;
  /** Facts of a raw file by its name and its first bytes; undefined if the name is none of this kind. @throws the kind's error for a damaged one */
  rawFacts?(name: string, head: Uint8Array): RawFacts | undefined;
  /** What a worker must be told to draw a raw file of no cache; plain data. */
  rawPayload?(request: RawRequest): unknown;
  /** What a folder with files of these names holds for this kind; undefined if nothing, or if it is a cache. */
  materialOf?(names: readonly string[]): Material | undefined;
  /** The item's name, if the path of its raw file proves it: the key is a hash of the name. */
  nameFromSourcePath(path: string, key: string): string | undefined;
  /** Temporary files that a writer of this kind may leave behind. */
  isTemporaryFile(file: string): boolean;
  /** Files of the cache that are no entries, such as `cache_params.json`. */
  isOwnFile(file: string): boolean;
  /** Present where items are small and made many at a time. */
  readonly batches?: BatchMaking;
  /** Present where the cache has an index of all its entries. */
  readonly index?: EntryIndex;
  /** Present where entries are judged together and not file by file. */
  readonly audit?: CacheAudit;
  /** What training found in a cache, from what it has logged in Larder's own folder of it. @throws the system's trouble in words; CANCELLED */
  readHits?(privateDirectory: string, signal: AbortSignal): Promise<HitReport>;
  /** undefined if the directory is not of this kind. */
  recognise(directory: string, names: readonly string[]): Promise<RecognisedCache | undefined>;
}
