import { isDeepStrictEqual } from 'node:util';
import type { CatalogContent, Rows } from './old-catalog.ts';
import { LATEST } from './old-catalog.ts';

/** Rows of the old schema that are not there as they were; a newer schema may know more of each. */
function lostRows(old: Rows, now: Rows): string[] {
  return Object.entries(old).flatMap(([table, rows]) => {
    const there = now[table] ?? [];
    const same = (row: Readonly<Record<string, unknown>>, n: number): boolean => isDeepStrictEqual(Object.fromEntries(Object.keys(row).map((column) => [column, there[n]?.[column]])), { ...row });
    const wrong = rows.findIndex((row, n) => !same(row, n));
    if (wrong >= 0) return [`row ${wrong} of ${table} is not as it was`];
    return there.length === rows.length ? [] : [`${table} has ${there.length} rows and had ${rows.length}`];
  });
}

/** What must hold right after a kill: the old catalog or the new one, whole, with every row. */
export function momentViolations(old: CatalogContent, now: CatalogContent): string[] {
  const half = now.version === old.version || now.version === LATEST ? [] : [`it is at version ${now.version}, between ${old.version} and ${LATEST}`];
  const damaged = now.integrity === 'ok' ? [] : [`it is damaged: ${now.integrity}`];
  return [...half, ...damaged, ...lostRows(old.rows, now.rows)];
}

/** What must hold when it was opened once more. @param names what lies in the folder */
export function endViolations(old: CatalogContent, now: CatalogContent, names: readonly string[]): string[] {
  const behind = now.version === LATEST ? [] : [`it is at version ${now.version} in the end`];
  const rests = names.filter((name) => !['catalog.sqlite', 'catalog.sqlite.reserve'].includes(name));
  return [...momentViolations(old, now), ...behind, ...(rests.length === 0 ? [] : [`left over: ${rests.join(', ')}`])];
}
