import { useEffect, useState } from 'react';
import type { EntryDetail } from '../../../src-main/contract/commands.ts';
import type { VolumeFileFacts } from '../../../src-main/kinds/volume/contract.ts';
import { call } from '../../state/index.ts';

/** What is known of an entry, as far as it has arrived. */
export type EntryState =
  | { readonly phase: 'loading' }
  | { readonly phase: 'failed'; readonly message: string; readonly hint: string | undefined }
  | { readonly phase: 'ready'; readonly detail: EntryDetail; readonly file: VolumeFileFacts | null };

const READ_AHEAD_MAX = 16;
const readAhead = new Map<string, EntryState>();

async function ask(cacheId: number, key: string): Promise<EntryState> {
  try {
    const detail = await call('cache.entry', { cacheId, key });
    // Facts are typed by the kind that read them, and this is the kind.
    return { phase: 'ready', detail, file: detail.fileFacts as unknown as VolumeFileFacts | null };
  } catch (error) {
    const hint = error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
    return { phase: 'failed', message: error instanceof Error ? error.message : String(error), hint };
  }
}

function remember(name: string, state: EntryState): void {
  readAhead.delete(name);
  if (state.phase !== 'ready') return;
  readAhead.set(name, state);
  const [oldest] = readAhead.keys();
  if (readAhead.size > READ_AHEAD_MAX && oldest !== undefined) readAhead.delete(oldest);
}

/** Reads an entry ahead, so that it is there when it is asked for. */
export async function readEntryAhead(cacheId: number, key: string): Promise<void> {
  const name = `${cacheId}-${key}`;
  if (!readAhead.has(name)) remember(name, await ask(cacheId, key));
}

/**
 * An entry, read anew whenever `attempt` changes. What was known before is shown until then, because
 * a look at the file takes a moment.
 */
export function useEntry(cacheId: number, key: string, attempt: number): EntryState {
  const name = `${cacheId}-${key}`;
  const [answer, setAnswer] = useState<{ readonly name: string; readonly state: EntryState } | null>(null);
  useEffect(() => {
    let isWanted = true;
    void ask(cacheId, key).then((state) => {
      remember(`${cacheId}-${key}`, state);
      if (isWanted) setAnswer({ name: `${cacheId}-${key}`, state });
    });
    return () => {
      isWanted = false;
    };
  }, [cacheId, key, attempt]);
  return answer?.name === name ? answer.state : (readAhead.get(name) ?? { phase: 'loading' });
}
