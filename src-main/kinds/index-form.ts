import type { EntryDescription } from './kind.ts';

/** An entry of which it is known what it is. */
export type IndexedEntry = Pick<EntryDescription, 'key'> & { readonly name: string; readonly variant: string };

/** Text as it stands, or what stands there for an entry: its key, its name in JSON, or what the form says for its variant. */
export type IndexPart = string | { readonly value: 'key' | 'name' | 'variant' };

/** How an index is put together, so that the same text can be made here and by the database. */
export interface IndexForm {
  readonly begin: string;
  readonly entry: readonly IndexPart[];
  readonly between: string;
  readonly end: string;
  /** Instead of all that where there is no entry. */
  readonly empty: string;
  variantText(variant: string): string;
}

/** Text of one entry. Put together by hand: JSON.stringify of a whole value, indented, takes several times as long. */
export function indexEntryText({ entry, variantText }: IndexForm, { key, name, variant }: IndexedEntry): string {
  let text = '';
  for (const part of entry) {
    if (typeof part === 'string') text += part;
    else if (part.value === 'key') text += key;
    else text += part.value === 'name' ? JSON.stringify(name) : variantText(variant);
  }
  return text;
}
