import { useEffect, useState } from 'react';
import type { EntryDetail } from '../../../src-main/contract/commands.ts';
import type { EntrySummary } from '../../../src-main/contract/entries.ts';
import type { ImageFileFacts } from '../../../src-main/kinds/image/contract.ts';
import { call } from '../../state/index.ts';

export type ImageEntryState =
  | { readonly phase: 'loading' }
  | { readonly phase: 'failed'; readonly message: string; readonly hint: string | undefined }
  | { readonly phase: 'ready'; readonly detail: EntryDetail; readonly file: ImageFileFacts | null };

/** An entry, read anew whenever `attempt` changes. */
export function useImageEntry(cacheId: number, key: string, attempt: number): ImageEntryState {
  const name = `${cacheId} ${key} ${attempt}`;
  const [answer, setAnswer] = useState<{ readonly name: string; readonly state: ImageEntryState } | null>(null);
  useEffect(() => {
    let isWanted = true;
    void ask(cacheId, key).then((state) => {
      if (isWanted) setAnswer({ name, state });
    });
    return () => {
      isWanted = false;
    };
  }, [cacheId, key, name]);
  return answer?.name === name ? answer.state : { phase: 'loading' };
}

async function ask(cacheId: number, key: string): Promise<ImageEntryState> {
  try {
    const detail = await call('cache.entry', { cacheId, key });
    // Facts are typed by the kind that read them, and this is the kind.
    return { phase: 'ready', detail, file: detail.fileFacts as unknown as ImageFileFacts | null };
  } catch (error) {
    const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
    return { phase: 'failed', message: error instanceof Error ? error.message : String(error), hint };
  }
}

/** The search takes texts up to this length; of a longer line its beginning finds it. */
const SEARCH_MAX = 200;
const SIBLINGS_MAX = 200;

/** Every picture of the same line, by font and height. Empty until it is known. */
export function useSiblings(cacheId: number, text: string | null): readonly EntrySummary[] {
  const [answer, setAnswer] = useState<{ readonly text: string; readonly rows: readonly EntrySummary[] } | null>(null);
  useEffect(() => {
    if (text === null) return undefined;
    let isWanted = true;
    void call('cache.items', { cacheId, text: text.slice(0, SEARCH_MAX), sort: 'name', limit: SIBLINGS_MAX })
      .then(({ rows }) => {
        if (isWanted) setAnswer({ text, rows: rows.filter((row) => row.name === text && row.file !== null).sort(byFont) });
      })
      .catch(() => undefined);
    return () => {
      isWanted = false;
    };
  }, [cacheId, text]);
  return answer !== null && answer.text === text ? answer.rows : [];
}

function byFont(a: EntrySummary, b: EntrySummary): number {
  return (a.variant ?? '').localeCompare(b.variant ?? '') || (a.shape?.[0] ?? 0) - (b.shape?.[0] ?? 0);
}
