import type { FolderRow } from '../../../src-main/contract/folders.ts';

/** Rows whose names have the text in them, those that begin with it first. */
export function narrowed(rows: readonly FolderRow[], text: string): readonly FolderRow[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return rows;
  const found = rows.filter(({ name }) => name.toLowerCase().includes(wanted));
  const begins = ({ name }: FolderRow): boolean => name.toLowerCase().startsWith(wanted);
  return [...found.filter(begins), ...found.filter((row) => !begins(row))];
}

/** True for a text that is a path by itself, and no part of a name. */
export function isPath(text: string): boolean {
  return /^(\/|[A-Za-z]:[\\/]|\\\\)/.test(text.trim());
}
