import { Worker } from 'node:worker_threads';
import { cancelledError, fromWire } from '../base/index.ts';
import type { FindingGroup, SizedError } from './catalog.ts';
import type { CountedStates, EntryPages } from './entry-pages.ts';
import type { EntryFilter, EntryOrder, EntryPage, EntryQuery, StorageGroup } from './entry.ts';
import type { FromReader, Question, ToReader } from './reader-questions.ts';
import { answerTo } from './reader-questions.ts';

interface Asked {
  readonly question: Question;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly onAbort: () => void;
}

export interface ReaderThreadOptions {
  /** Absolute path of the thread's entry file. */
  readonly entry: string;
  /** Of the database. */
  readonly path: string;
  /** Who answers where no thread can be had. */
  readonly instead: EntryPages;
}

/**
 * Answers from a thread of its own: sorting a million rows there takes nothing from the process that answers the pages. The
 * thread starts with the first question; where it ends by itself, what was asked is answered here instead.
 */
export class ReaderThread implements EntryPages {
  readonly #options: ReaderThreadOptions;
  readonly #asked = new Map<number, Asked>();
  #nextId = 1;
  #thread: Worker | undefined;
  #isLost = false;
  #isClosed = false;

  constructor(options: ReaderThreadOptions) {
    this.#options = options;
  }

  page(query: EntryQuery, signal?: AbortSignal): Promise<EntryPage> {
    return this.#ask<EntryPage>({ type: 'page', query }, signal);
  }

  offsetOf(query: EntryFilter & EntryOrder, key: string, signal?: AbortSignal): Promise<number | undefined> {
    return this.#ask<number | undefined>({ type: 'offsetOf', query, key }, signal);
  }

  counts(cacheId: number, signal?: AbortSignal): Promise<CountedStates> {
    return this.#ask<CountedStates>({ type: 'counts', cacheId }, signal);
  }

  storage(cacheId: number, nowMs: number, signal?: AbortSignal): Promise<readonly StorageGroup[]> {
    return this.#ask<readonly StorageGroup[]>({ type: 'storage', cacheId, nowMs }, signal);
  }

  findingGroups(cacheId: number): Promise<readonly FindingGroup[]> {
    return this.#ask<readonly FindingGroup[]>({ type: 'findingGroups', cacheId }, undefined);
  }

  errors(cacheId: number, after: number): Promise<readonly SizedError[]> {
    return this.#ask<readonly SizedError[]>({ type: 'errors', cacheId, after }, undefined);
  }

  close(): void {
    this.#isClosed = true;
    void this.#thread?.terminate();
    for (const id of this.#asked.keys()) this.#take(id)?.reject(cancelledError());
  }

  #ask<T>(question: Question, signal: AbortSignal | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#isClosed || signal?.aborted === true) {
        reject(cancelledError());
        return;
      }
      const id = this.#nextId++;
      const onAbort = (): void => {
        this.#post({ id, isCancelled: true });
        this.#take(id)?.reject(cancelledError());
      };
      // What comes back is what `answerTo` gives for this question.
      const asked: Asked = { question, signal, resolve: (value) => resolve(value as T), reject, onAbort };
      if (this.#isLost) {
        this.#answerHere(asked);
        return;
      }
      this.#asked.set(id, asked);
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#post({ id, question });
    });
  }

  #post(message: ToReader): void {
    this.#thread ??= this.#start();
    this.#thread.postMessage(message);
  }

  #start(): Worker {
    const { entry, path } = this.#options;
    const thread = new Worker(entry, { workerData: { path }, name: 'larder-reader' });
    // It holds no process back from ending.
    thread.unref();
    thread.on('message', (message: FromReader) => {
      const asked = this.#take(message.id);
      if (asked === undefined) return;
      if ('error' in message) asked.reject(fromWire(message.error));
      else asked.resolve(message.value);
    });
    // `exit` follows, and says what is to be done.
    thread.on('error', () => undefined);
    thread.on('exit', () => this.#lose());
    return thread;
  }

  #lose(): void {
    this.#isLost = true;
    this.#thread = undefined;
    for (const id of this.#asked.keys()) {
      const asked = this.#take(id);
      if (asked !== undefined) this.#answerHere(asked);
    }
  }

  #answerHere({ question, signal, resolve, reject }: Asked): void {
    answerTo(question, this.#options.instead, signal ?? new AbortController().signal).then(resolve, reject);
  }

  #take(id: number): Asked | undefined {
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    asked?.signal?.removeEventListener('abort', asked.onAbort);
    return asked;
  }
}
