import { ENTRY_STATES } from '../contract/entries.ts';
import type { EntryState } from '../contract/entries.ts';
import type { ReadHandle, SqlValue } from './database.ts';
import type { Entry, VerifiedLevel } from './entry.ts';
import { fromJson, toJson } from './json-column.ts';

interface EntryRow {
  readonly id: number;
  readonly cacheId: number;
  readonly key: string;
  readonly name: string | null;
  readonly split: string | null;
  readonly variant: string | null;
  readonly state: number;
  readonly position: number | null;
  readonly file: string | null;
  readonly sizeBytes: number | null;
  readonly modifiedAtMs: number | null;
  readonly verifiedAtMs: number | null;
  readonly shape: string | null;
  readonly dtype: string | null;
  readonly digest: string | null;
  readonly verifiedLevel: VerifiedLevel | null;
  readonly verifiedSizeBytes: number | null;
  readonly verifiedModifiedAtMs: number | null;
  readonly verifiedChangedAtMs: number | null;
  readonly madeAtMs: number | null;
  readonly madeByVersion: string | null;
  readonly madeSeconds: number | null;
  readonly maker: string | null;
  readonly pixels: string | null;
  readonly sourceJson: string | null;
  readonly statisticsJson: string | null;
  readonly errorJson: string | null;
}

/** The split by a query of its own: a left join makes reading one row three to six times as slow. */
const SELECT = `
  SELECT id, cacheId, key, name, (SELECT split.name FROM split WHERE split.id = splitId) AS split, variant, state, position, file, sizeBytes, modifiedAtMs, verifiedAtMs, shape,
    dtype, digest, verifiedLevel, verifiedSizeBytes, verifiedModifiedAtMs, verifiedChangedAtMs, madeAtMs, madeByVersion, madeSeconds, maker, pixels, sourceJson,
    statisticsJson, errorJson
  FROM entry`;
export const SELECT_BY_ID = `${SELECT} WHERE id = ?`;
export const SELECT_BY_KEY = `${SELECT} WHERE cacheId = ? AND key = ?`;

export function stateCode(state: EntryState): number {
  return ENTRY_STATES.indexOf(state);
}

/** @throws CATALOG_DAMAGED for a number that stands for no state: none is ever written */
export function stateOf(db: ReadHandle, code: number): EntryState {
  const state = ENTRY_STATES[code];
  if (state === undefined) throw db.damaged(`a row is in the state ${code}`);
  return state;
}

function fromRow(db: ReadHandle, { sourceJson, statisticsJson, errorJson, ...row }: EntryRow): Entry {
  return {
    ...row,
    state: stateOf(db, row.state),
    shape: fromJson<readonly number[]>(row.shape),
    source: fromJson(sourceJson),
    statistics: fromJson(statisticsJson),
    error: fromJson(errorJson),
  };
}

export function findEntry(db: ReadHandle, id: number): Entry | undefined {
  const row = db.get<EntryRow>(SELECT_BY_ID, id);
  return row && fromRow(db, row);
}

export function findEntryByKey(db: ReadHandle, cacheId: number, key: string): Entry | undefined {
  const row = db.get<EntryRow>(SELECT_BY_KEY, cacheId, key);
  return row && fromRow(db, row);
}

/** Fields that are stored as they are. */
const PLAIN = [
  'name', 'position', 'file', 'sizeBytes', 'modifiedAtMs', 'verifiedAtMs', 'dtype', 'digest', 'verifiedLevel', 'verifiedSizeBytes',
  'verifiedModifiedAtMs', 'verifiedChangedAtMs', 'madeAtMs', 'madeByVersion', 'madeSeconds', 'variant', 'maker', 'pixels',
] as const;
const JSON_FIELDS = { shape: 'shape', source: 'sourceJson', statistics: 'statisticsJson', error: 'errorJson' } as const;

export interface EntryField {
  readonly field: Exclude<keyof Entry, 'id' | 'cacheId' | 'key'>;
  readonly column: string;
  readonly encode: (value: unknown, splitIds: SplitIds) => SqlValue;
}

/** Row ids of the `split` table by name. */
export type SplitIds = (split: string | null) => number | null;

/** How every field of a change becomes a column; their order is that of the bits that choose a prepared statement. */
export const ENTRY_FIELDS: readonly EntryField[] = [
  ...PLAIN.map((field) => ({ field, column: field, encode: (value: unknown) => (value ?? null) as SqlValue })),
  ...Object.entries(JSON_FIELDS).map(([field, column]) => ({ field: field as keyof typeof JSON_FIELDS, column, encode: toJson })),
  { field: 'split', column: 'splitId', encode: (value, splitIds) => splitIds(value as string | null) },
  { field: 'state', column: 'state', encode: (value) => stateCode(value as EntryState) },
];
