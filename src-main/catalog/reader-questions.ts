import type { WireError } from '../contract/errors.ts';
import type { EntryPages } from './entry-pages.ts';
import type { EntryFilter, EntryOrder, EntryQuery } from './entry.ts';

/** What is asked of the thread that reads, as it travels. */
export type Question =
  | { readonly type: 'page'; readonly query: EntryQuery }
  | { readonly type: 'offsetOf'; readonly query: EntryFilter & EntryOrder; readonly key: string }
  | { readonly type: 'counts'; readonly cacheId: number }
  | { readonly type: 'storage'; readonly cacheId: number; readonly nowMs: number }
  | { readonly type: 'findingGroups'; readonly cacheId: number }
  | { readonly type: 'errors'; readonly cacheId: number; readonly after: number };

export type ToReader = { readonly id: number; readonly question: Question } | { readonly id: number; readonly isCancelled: true };

export type FromReader = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: WireError };

export async function answerTo(question: Question, pages: EntryPages, signal: AbortSignal): Promise<unknown> {
  switch (question.type) {
    case 'page':
      return await pages.page(question.query, signal);
    case 'offsetOf':
      return await pages.offsetOf(question.query, question.key, signal);
    case 'counts':
      return await pages.counts(question.cacheId, signal);
    case 'storage':
      return await pages.storage(question.cacheId, question.nowMs, signal);
    case 'findingGroups':
      return await pages.findingGroups(question.cacheId);
    case 'errors':
      return await pages.errors(question.cacheId, question.after);
  }
}
