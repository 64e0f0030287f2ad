import type { Finding } from '../contract/findings.ts';
import type { FindingFilter, FindingGroup, FindingReader, FindingScope, FindingWriter, FoundBy, SizedError, StoredFinding } from './catalog.ts';
import type { ReadHandle, SqlValue, WriteHandle } from './database.ts';
import { fromJson, toJson } from './json-column.ts';
import { repeatable } from './repeatable.ts';

interface FindingRow extends Omit<StoredFinding, 'key' | 'name' | 'file' | 'details'> {
  readonly key: string | null;
  readonly name: string | null;
  readonly file: string | null;
  readonly detailsJson: string | null;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 10_000;

/** The contract leaves out what is not known, where the table has NULL. */
function fromRow({ key, name, file, detailsJson, ...row }: FindingRow): StoredFinding {
  const details = fromJson<Readonly<Record<string, unknown>>>(detailsJson);
  return {
    ...row,
    ...(key === null ? {} : { key }),
    ...(name === null ? {} : { name }),
    ...(file === null ? {} : { file }),
    ...(details === null ? {} : { details }),
  };
}

function conditions(filter: FindingFilter): { readonly where: string; readonly values: readonly SqlValue[] } {
  const parts: [string, SqlValue][] = [['cacheId = ?', filter.cacheId]];
  if (filter.codes) parts.push(['code IN (SELECT value FROM json_each(?))', JSON.stringify(filter.codes)]);
  if (filter.severities) parts.push(['severity IN (SELECT value FROM json_each(?))', JSON.stringify(filter.severities)]);
  if (filter.key !== undefined) parts.push(['key = ?', filter.key]);
  if (filter.file !== undefined) parts.push(['file = ?', filter.file]);
  if (filter.jobId !== undefined) parts.push(['jobId = ?', filter.jobId]);
  if (filter.after !== undefined) parts.push(['id > ?', filter.after]);
  return { where: parts.map(([sql]) => sql).join(' AND '), values: parts.map(([, value]) => value) };
}

function listFindings(db: ReadHandle, filter: FindingFilter): StoredFinding[] {
  const { where, values } = conditions(filter);
  const limit = Math.min(Math.max(filter.limit ?? DEFAULT_LIMIT, 0), MAX_LIMIT);
  return db.all<FindingRow>(`SELECT * FROM finding WHERE ${where} ORDER BY id LIMIT ?`, ...values, limit).map(fromRow);
}

const GROUPS = `
  SELECT finding.code, finding.severity, count(*) AS count, coalesce(sum(entry.sizeBytes), 0) AS bytes FROM finding
  LEFT JOIN entry ON finding.severity <> 'information' AND entry.cacheId = finding.cacheId AND entry.key = finding.key
  WHERE finding.cacheId = ? GROUP BY finding.code, finding.severity
  ORDER BY CASE finding.severity WHEN 'error' THEN 0 WHEN 'warning' THEN 1 ELSE 2 END, count DESC, finding.code`;

/** Read at once. */
const ERRORS_AT_ONCE = 2_000;
const ERRORS = `
  SELECT finding.id, finding.code, finding.severity, finding.message, finding.key, finding.name, finding.file, entry.sizeBytes FROM finding
  LEFT JOIN entry ON entry.cacheId = finding.cacheId AND entry.key = finding.key
  WHERE finding.cacheId = ? AND finding.severity = 'error' AND finding.id > ? ORDER BY finding.id LIMIT ${ERRORS_AT_ONCE}`;

interface ErrorRow extends Omit<SizedError, 'key' | 'name' | 'file'> {
  readonly key: string | null;
  readonly name: string | null;
  readonly file: string | null;
}

function listErrors(db: ReadHandle, cacheId: number, after: number): SizedError[] {
  return db.all<ErrorRow>(ERRORS, cacheId, after).map(({ key, name, file, ...row }) => ({ ...row, ...(key === null ? {} : { key }), ...(name === null ? {} : { name }), ...(file === null ? {} : { file }) }));
}

const INSERT = `
  INSERT INTO finding (cacheId, key, name, file, code, severity, message, detailsJson, foundAtMs, jobId)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function insertAll(db: WriteHandle, cacheId: number, findings: Iterable<Finding>, by: FoundBy): void {
  const insert = db.runner(INSERT);
  for (const { key, name, file, code, severity, message, details } of findings) {
    insert([cacheId, key ?? null, name ?? null, file ?? null, code, severity, message, toJson(details), by.foundAtMs, by.jobId ?? null]);
  }
}

function forget(db: WriteHandle, cacheId: number, scope: FindingScope): void {
  if (scope === 'all') db.run('DELETE FROM finding WHERE cacheId = ?', cacheId);
  else if ('key' in scope) db.run('DELETE FROM finding WHERE cacheId = ? AND key = ?', cacheId, scope.key);
  else if ('keys' in scope) db.run('DELETE FROM finding WHERE cacheId = ? AND key IN (SELECT value FROM json_each(?))', cacheId, JSON.stringify(scope.keys));
  else db.run('DELETE FROM finding WHERE cacheId = ? AND file = ?', cacheId, scope.file);
}

export function findingReader(db: ReadHandle): FindingReader {
  return {
    list: (filter) => listFindings(db, filter),
    groups: (cacheId) => db.all<FindingGroup>(GROUPS, cacheId),
    errors: (cacheId, after) => listErrors(db, cacheId, after),
  };
}

export function findingWriter(db: WriteHandle): FindingWriter {
  return {
    ...findingReader(db),
    append: (cacheId, given, by) => {
      const findings = repeatable(given);
      db.transaction(() => insertAll(db, cacheId, findings, by));
    },
    replace: (cacheId, scope, given, by) => {
      const findings = repeatable(given);
      db.transaction(() => {
        forget(db, cacheId, scope);
        insertAll(db, cacheId, findings, by);
      });
    },
  };
}
