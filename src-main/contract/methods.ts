import type { EntrySummary } from './entries.ts';
import type { CacheOverview, CacheParameters, CacheStatistics, CacheSummary, ClearPreview, EntryDetail, EntryMatch, EntryPage, FindingsArguments, FixArguments, GenerateArguments, JobSummary, ListArguments, ListedFinding, QuarantinePage, RepairPreview, StatsArguments, StorageShare, VerifyArguments } from './commands.ts';
import type { Choice, DesktopMessage, OpenedPath, Revealed } from './desktop.ts';
import type { DroppedMethods } from './dropped.ts';
import type { WireError } from './errors.ts';
import type { EngineEvent } from './events.ts';
import type { FolderMethods } from './folders.ts';
import type { FoundGroup } from './findings.ts';
import type { HitReport } from './hits.ts';
import type { JobDetail, JobNews } from './jobs.ts';
import type { ConfigGenerateArguments, ConfigMethods, JobMethods } from './methods-config.ts';
import type { PlanProgress, PlanSummary, RemakeForecast } from './plan.ts';
import type { Settings, SettingsMethods } from './settings.ts';
import type { StorageMethods } from './storage.ts';

/** A cache by its row in the catalog. A page never sends a path: what the catalog knows is all it can reach. */
export interface CacheReference {
  readonly cacheId: number;
}

/** What lies in quarantine: some of it, or everything. */
export type Quarantined = { readonly ids: readonly string[] } | { readonly all: true };

/** What a list of items leaves out, and how it is sorted. */
export type ItemsFilter = Pick<ListArguments, 'states' | 'text' | 'minSizeBytes' | 'maxSizeBytes' | 'olderThanMs' | 'newerThanMs' | 'sort' | 'descending'>;

export interface ItemsArguments extends CacheReference, ItemsFilter, Pick<ListArguments, 'offset'> {
  /** Rows of the page, at most `ITEMS_PER_PAGE_MAX`. */
  readonly limit?: number;
}

/** An entry by its key, as the rows have it. */
export interface EntryReference extends CacheReference {
  readonly key: string;
}

/** Everything that fulfils these conditions; all of the cache where there are none. */
export interface Matching {
  readonly matching?: EntryMatch;
}

export interface PositionArguments extends EntryReference, ItemsFilter {}

/** What a plan depends on. */
export type PlanChoices = Pick<GenerateArguments, 'limit' | 'only' | 'batchSize' | 'numWorkers'> & Matching;
export type GenerateChoices = PlanChoices & Pick<ConfigGenerateArguments, 'cleanLocalRawFiles' | 'format'>;
export type VerifyChoices = Pick<VerifyArguments, 'level' | 'changedOnly' | 'only' | 'numWorkers' | 'fontsDir'> & Matching;
export type FixChoices = Pick<FixArguments, 'level' | 'changedOnly' | 'only' | 'numWorkers' | 'delete' | 'reRender' | 'corpusDir' | 'fontsDir'> & Matching;

/** Entries with a file, by their keys or by what they have in common: which of the two is always said. */
export type ChosenEntries = CacheReference & ({ readonly only: readonly string[] } | { readonly matching: EntryMatch });

/** @property delete for good, instead of setting them aside */
export type ClearedEntries = ChosenEntries & { readonly delete?: boolean };

/** What the page says about itself, and what it shows in its commands. */
export interface AppInfo {
  readonly version: string;
  readonly host: 'electron' | 'server';
  readonly platform: string;
}

/** What the process behind the page runs on, to be told with a fault; no paths and no names. */
export interface Diagnostics {
  readonly system: string;
  /** Names and versions: `node`, and `electron` and `chrome` on the desktop. */
  readonly versions: Readonly<Record<string, string>>;
  /** What the desktop says of each way to draw, such as `webgl2: enabled`; null in a browser, which does not tell. */
  readonly graphics: Readonly<Record<string, string>> | null;
}

/** The job that a call began; it goes on whether or not the window stays. */
export interface StartedJob {
  readonly jobId: string;
}

type NoInput = Readonly<Record<string, never>>;

/** Everything a window can ask, whichever transport carries it. Values are JSON types only. */
export interface Methods extends ConfigMethods, DroppedMethods, FolderMethods, JobMethods, SettingsMethods, StorageMethods {
  readonly 'app.info': { readonly input: NoInput; readonly output: AppInfo };
  readonly 'app.diagnostics': { readonly input: NoInput; readonly output: Diagnostics };
  readonly 'library.list': { readonly input: NoInput; readonly output: readonly CacheSummary[] };
  /** `corpusDir`: the lists by which entries are counted by split, where no config says it. */
  readonly 'cache.stats': { readonly input: CacheReference & Pick<StatsArguments, 'corpusDir'>; readonly output: CacheStatistics };
  /** Brings the rows in line with the files; to be called when a cache is opened. */
  readonly 'cache.refresh': { readonly input: CacheReference; readonly output: null };
  /** Out of the library; nothing on disk is touched. */
  readonly 'cache.forget': { readonly input: CacheReference; readonly output: null };
  /** Back into the library, by its folder. */
  readonly 'cache.recall': { readonly input: { readonly directory: string }; readonly output: null };
  /** From the catalog alone. */
  readonly 'cache.items': { readonly input: ItemsArguments; readonly output: EntryPage };
  /** Where an entry stands in such a list, from 0; null if it is not in it. */
  /** Some cached entries from all over the cache, at most eight. */
  readonly 'cache.sample': { readonly input: CacheReference; readonly output: readonly EntrySummary[] };
  readonly 'cache.position': { readonly input: PositionArguments; readonly output: number | null };
  readonly 'cache.overview': { readonly input: CacheReference; readonly output: CacheOverview };
  readonly 'cache.findings': { readonly input: CacheReference & FindingsArguments; readonly output: readonly ListedFinding[] };
  readonly 'cache.storage': { readonly input: CacheReference; readonly output: readonly StorageShare[] };
  /** What training has looked up in it and logged; null for kinds that are not counted. */
  readonly 'cache.hits': { readonly input: CacheReference; readonly output: HitReport | null };
  readonly 'cache.parameters': { readonly input: CacheReference; readonly output: CacheParameters };
  /** Everything known about one entry; its file is read and checked. */
  readonly 'cache.entry': { readonly input: EntryReference; readonly output: EntryDetail };
  readonly 'cache.plan': { readonly input: CacheReference & PlanChoices; readonly output: PlanSummary };
  readonly 'cache.generate': { readonly input: CacheReference & GenerateChoices; readonly output: StartedJob };
  readonly 'cache.verify': { readonly input: CacheReference & VerifyChoices; readonly output: StartedJob };
  /** Verifies, sets aside what is damaged, and makes it again. */
  readonly 'cache.fix': { readonly input: CacheReference & FixChoices; readonly output: StartedJob };
  /** What `cache.fix` would do about the findings that are known; of some entries only, if they are named or said. */
  readonly 'cache.repairs': { readonly input: CacheReference & Pick<FixChoices, 'only' | 'matching'>; readonly output: RepairPreview };
  /** What making those entries again takes; null where there is nothing to make, or no config says from what. Asks the source for sizes. */
  readonly 'cache.planFix': { readonly input: CacheReference & Pick<FixChoices, 'only' | 'matching' | 'numWorkers' | 'delete'>; readonly output: RemakeForecast | null };
  /** What `cache.clear` would set aside. */
  readonly 'cache.previewClear': { readonly input: ChosenEntries; readonly output: ClearPreview };
  /** Sets entries aside, and `quarantine.restore` puts them back; or deletes them for good. */
  readonly 'cache.clear': { readonly input: ClearedEntries; readonly output: StartedJob };
  /** So many of the newest, at most `CHOSEN_MAX`. A cache of a million entries that was cleared has two million there. */
  readonly 'quarantine.list': { readonly input: CacheReference & { readonly limit: number }; readonly output: QuarantinePage };
  /** By ids, or all that one job set aside, or everything. `replace`: a file that has the name again is set aside for it. */
  readonly 'quarantine.restore': { readonly input: CacheReference & (Quarantined | { readonly jobId: string }) & { readonly replace?: boolean }; readonly output: { readonly count: number } };
  /** Deletes for good. */
  readonly 'quarantine.purge': { readonly input: CacheReference & Quarantined; readonly output: { readonly count: number } };
}

export type MethodName = keyof Methods;
export type MethodInput<M extends MethodName> = Methods[M]['input'];
export type MethodOutput<M extends MethodName> = Methods[M]['output'];

export const ITEMS_PER_PAGE_MAX = 500;
/** Entries or ids that one call may name; for more there are filters. */
export const CHOSEN_MAX = 10_000;

/** The answer to every call. An error is data: transports keep only the text of what is thrown. */
export type Envelope<T = unknown> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

/** What a window needs to paint itself, whole. */
export interface Snapshot {
  readonly library: readonly CacheSummary[];
  readonly jobs: readonly JobSummary[];
  readonly settings: Settings;
  /** What running jobs of this engine have found so far, by the number of the job. */
  readonly found: Readonly<Record<string, readonly FoundGroup[]>>;
}

/**
 * News for a window. After its snapshot it gets rows that changed, whichever process changed them,
 * and the events of this engine, of which progress is thinned out.
 */
export type Update =
  | { readonly type: 'snapshot'; readonly snapshot: Snapshot }
  | { readonly type: 'library'; readonly library: readonly CacheSummary[] }
  /** Jobs that are new or changed. */
  | { readonly type: 'jobs'; readonly jobs: readonly JobSummary[] }
  /** Whoever changed them: another window, or a command. */
  | { readonly type: 'settings'; readonly settings: Settings }
  | { readonly type: 'events'; readonly events: readonly EngineEvent[] }
  /** Rows of this cache are other than they were: at most once a second, and always after the last change. */
  | { readonly type: 'cacheChanged'; readonly directory: string }
  /** Of a job this window follows: all of it when it begins to, and when the job has ended. */
  | { readonly type: 'jobDetail'; readonly detail: JobDetail }
  | ({ readonly type: 'jobLogged' } & JobNews)
  /** Of a plan this window has asked for. */
  | { readonly type: 'planProgressed'; readonly planId: string; readonly progress: PlanProgress };

/** `seq` counts from 0 (the snapshot) for each subscription; a gap means: subscribe again. */
export interface UpdateMessage {
  readonly topic: 'update';
  readonly seq: number;
  readonly payload: Update;
}

/** What the preload puts into the page as `window.larder`. */
export interface LarderBridge {
  call(method: string, input: unknown): Promise<Envelope>;
  /** Subscribes; the first message is a snapshot. @returns ends the subscription */
  on(topic: 'update', listener: (message: UpdateMessage) => void): () => void;
  /** Menus and files opened from the system; what came before anybody listened comes first. @returns ends it */
  onDesktop(listener: (message: DesktopMessage) => void): () => void;
  /** Where a dropped `File` lies; null for one that is not on disk. The type `File` is known to pages only. */
  pathForFile(file: object): Promise<OpenedPath | null>;
  /** Asks with a dialog of the system. @returns null if it was closed without a choice */
  choose(choice: Choice): Promise<OpenedPath | null>;
  /** Shows a cache or an entry in the system's file manager. @returns false if it is not there */
  reveal(target: Revealed): Promise<boolean>;
  readonly info: { readonly host: 'electron'; readonly platform: string; readonly versions: Readonly<Record<string, string | undefined>> };
}

/** Frames from the page to the browser host, as JSON text. */
export type ClientFrame = { readonly type: 'call'; readonly id: number; readonly method: string; readonly input: unknown } | { readonly type: 'subscribe' | 'unsubscribe' };

/** Frames from the browser host to the page, as JSON text. */
export type ServerFrame = { readonly type: 'answer'; readonly id: number; readonly envelope: Envelope } | { readonly type: 'update'; readonly message: UpdateMessage };
