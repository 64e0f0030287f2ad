import { lstat } from 'node:fs/promises';
import type { EntrySource } from '../contract/entries.ts';
import type { CacheKind, KindItem, PreprocessOutcome } from '../kinds/kind.ts';
import type { CacheLayout } from '../store/index.ts';
import { cachePath, publishFile } from '../store/index.ts';

export interface PublishedEntry {
  readonly item: KindItem;
  readonly file: string;
  /** False when another process had published the same entry meanwhile. */
  readonly isNew: boolean;
  /** It was there, and what belongs beside it was not. */
  readonly isCompleted?: boolean;
  readonly outcome: PreprocessOutcome;
  readonly source: EntrySource;
  /** ctime under its final name; null where it could not be read. */
  readonly changedAtMs: number | null;
}

/** Gives a staged, checked file its final name. The catalog and the news come after. */
export async function publishEntry(
  dependencies: { readonly kind: CacheKind; readonly layout: CacheLayout },
  item: KindItem,
  stagedPath: string,
  outcome: PreprocessOutcome,
  source: EntrySource,
): Promise<PublishedEntry> {
  const [file] = dependencies.kind.entryFiles(item.key);
  const path = cachePath(dependencies.layout.directory, file);
  const isNew = await publishFile(stagedPath, path);
  // Only a hint for later: without it the file is read once more.
  const facts = await lstat(path, { bigint: true }).catch(() => undefined);
  return { item, file, isNew, outcome, source, changedAtMs: facts === undefined ? null : Number(facts.ctimeNs) / 1e6 };
}
