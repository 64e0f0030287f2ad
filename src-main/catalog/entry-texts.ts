import type { ReadHandle } from './database.ts';

/** Text as it stands, or a column of the entry: its key, its name as a JSON string, or the text that belongs to its variant. */
export type EntryTextPart = string | { readonly value: 'key' | 'name' | 'variant' };

export interface EntryTextForm {
  readonly parts: readonly EntryTextPart[];
  /** Between the texts of two entries. */
  readonly between: string;
  /** Text for every variant; entries of another are left to rows. At most `MAX_VARIANTS`. */
  readonly variants: ReadonlyMap<string, string>;
}

export interface NamedTexts {
  readonly count: number;
  /** Keys of these entries, ascending, one after the other, without anything between. */
  readonly keys: string;
  /** The last of them. */
  readonly last: string;
  /** UTF-8; undefined where the form has no text for the variant of one of them. */
  readonly text: Buffer | undefined;
}

/** Each is a comparison for every row. */
export const MAX_VARIANTS = 200;

/** Entries of which one text is made: some milliseconds. */
const ENTRIES_AT_ONCE = 1_000;

interface TextsRow {
  readonly count: number;
  readonly known: number;
  readonly last: string | null;
  readonly keys: string | null;
  readonly text: Buffer | null;
}

export function* namedTextsOf(db: ReadHandle, cacheId: number, { parts, between, variants }: EntryTextForm): IterableIterator<NamedTexts> {
  const values = [between];
  const bound = (text: string): string => {
    values.push(text);
    return '?';
  };
  const expressions = parts.map((part) => {
    if (typeof part === 'string') return bound(part);
    if (part.value === 'key') return 'key';
    if (part.value === 'name') return 'json_quote(name)';
    return variants.size === 0 ? 'NULL' : `CASE variant ${Array.from(variants, ([variant, text]) => `WHEN ${bound(variant)} THEN ${bound(text)}`).join(' ')} END`;
  });
  const sql = `
    SELECT count(*) AS count, count(text) AS known, max(key) AS last, group_concat(key, '') AS keys, CAST(group_concat(text, ?) AS BLOB) AS text
    FROM (SELECT key, ${expressions.join(' || ')} AS text FROM entry WHERE cacheId = ? AND key > ? AND name IS NOT NULL AND variant IS NOT NULL ORDER BY key LIMIT ${ENTRIES_AT_ONCE})`;
  for (let after = ''; ; ) {
    const row = db.get<TextsRow>(sql, ...values, cacheId, after)!;
    if (row.keys === null || row.last === null) return;
    yield { count: row.count, keys: row.keys, last: row.last, text: isWhole(row) ? (row.text ?? undefined) : undefined };
    if (row.count < ENTRIES_AT_ONCE) return;
    after = row.last;
  }
}

/** SQLite hands the rows of a subquery to an aggregate in their order, and does not promise to. */
function isWhole({ count, known, keys }: TextsRow): boolean {
  if (known !== count || keys === null) return false;
  const digits = keys.length / count;
  for (let at = digits; at < keys.length; at += digits) if (keys.slice(at - digits, at) >= keys.slice(at, at + digits)) return false;
  return true;
}
