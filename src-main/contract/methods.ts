import type { CacheStatistics, CacheSummary, EntryPage, JobSummary, ListArguments } from './commands.ts';
import type { WireError } from './errors.ts';
import type { EngineEvent } from './events.ts';

/** A cache by its row in the catalog. A page never sends a path: what the catalog knows is all it can reach. */
export interface CacheReference {
  readonly cacheId: number;
}

export interface ItemsArguments extends CacheReference, Pick<ListArguments, 'states' | 'text' | 'sort' | 'descending' | 'offset'> {
  /** Rows of the page, at most `ITEMS_PER_PAGE_MAX`. */
  readonly limit?: number;
}

/** What the page says about itself, and what it shows in its commands. */
export interface AppInfo {
  readonly version: string;
  readonly host: 'electron' | 'server';
  readonly platform: string;
}

/** The job that a call began; it goes on whether or not the window stays. */
export interface StartedJob {
  readonly jobId: string;
}

type NoInput = Readonly<Record<string, never>>;

/** Everything a window can ask, whichever transport carries it. Values are JSON types only. */
export interface Methods {
  readonly 'app.info': { readonly input: NoInput; readonly output: AppInfo };
  readonly 'library.list': { readonly input: NoInput; readonly output: readonly CacheSummary[] };
  readonly 'cache.stats': { readonly input: CacheReference; readonly output: CacheStatistics };
  /** Brings the rows in line with the files; to be called when a cache is opened. */
  readonly 'cache.refresh': { readonly input: CacheReference; readonly output: null };
  /** From the catalog alone. */
  readonly 'cache.items': { readonly input: ItemsArguments; readonly output: EntryPage };
  readonly 'jobs.list': { readonly input: NoInput; readonly output: readonly JobSummary[] };
}

export type MethodName = keyof Methods;
export type MethodInput<M extends MethodName> = Methods[M]['input'];
export type MethodOutput<M extends MethodName> = Methods[M]['output'];

export const ITEMS_PER_PAGE_MAX = 500;

/** The answer to every call. An error is data: transports keep only the text of what is thrown. */
export type Envelope<T = unknown> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: WireError };

/** What a window needs to paint itself, whole. */
export interface Snapshot {
  readonly library: readonly CacheSummary[];
  readonly jobs: readonly JobSummary[];
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
  | { readonly type: 'events'; readonly events: readonly EngineEvent[] };

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
  readonly info: { readonly host: 'electron'; readonly platform: string; readonly versions: Readonly<Record<string, string | undefined>> };
}

/** Frames from the page to the browser host, as JSON text. */
export type ClientFrame = { readonly type: 'call'; readonly id: number; readonly method: string; readonly input: unknown } | { readonly type: 'subscribe' };

/** Frames from the browser host to the page, as JSON text. */
export type ServerFrame = { readonly type: 'answer'; readonly id: number; readonly envelope: Envelope } | { readonly type: 'update'; readonly message: UpdateMessage };
