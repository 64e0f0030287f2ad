import { LarderError } from '../base/index.ts';
import type { JobProgress } from '../contract/progress.ts';
import type { JobChange, JobFilter, JobRow, JobStore, NewJob, TakeOver } from '../jobs/job-store.ts';
import type { JobReader } from './catalog.ts';
import type { ReadHandle, SqlValue, WriteHandle } from './database.ts';
import { fromJson, toJson } from './json-column.ts';

interface StoredJob extends Omit<JobRow, 'arguments' | 'progress' | 'result' | 'error' | 'owner'> {
  readonly argumentsJson: string;
  readonly progressJson: string | null;
  readonly resultJson: string | null;
  readonly errorJson: string | null;
  readonly ownerJson: string | null;
}

function fromRow(row: StoredJob): JobRow {
  const { argumentsJson, progressJson, resultJson, errorJson, ownerJson, ...plain } = row;
  return {
    ...plain,
    arguments: fromJson<JobRow['arguments']>(argumentsJson) ?? {},
    progress: fromJson(progressJson),
    result: fromJson(resultJson),
    error: fromJson(errorJson),
    owner: fromJson(ownerJson),
  };
}

/** Column and value of every field that is given. */
function assignments(change: JobChange): readonly (readonly [string, SqlValue])[] {
  const { progress, result, error, owner, ...plain } = change;
  const json = { progressJson: progress, resultJson: result, errorJson: error, ownerJson: owner };
  return [
    ...Object.entries(plain).filter(([, value]) => value !== undefined),
    ...Object.entries(json)
      .filter(([, value]) => value !== undefined)
      .map(([column, value]) => [column, toJson(value)] as const),
  ];
}

function insertJob(db: WriteHandle, job: NewJob): void {
  const { id, command, arguments: given, createdAtMs, ...rest } = job;
  const columns = [['id', id], ['command', command], ['argumentsJson', JSON.stringify(given)], ['createdAtMs', createdAtMs], ...assignments({ state: 'queued', ...rest })] as const;
  const names = columns.map(([column]) => column).join(', ');
  const marks = columns.map(() => '?').join(', ');
  const { changes } = db.run(`INSERT INTO job (${names}) VALUES (${marks}) ON CONFLICT (id) DO NOTHING`, ...columns.map(([, value]) => value));
  if (changes === 0) throw new LarderError('ARGUMENT_INVALID', `There is a job with the id ${id} already.`);
}

function updateJob(db: WriteHandle, id: string, change: JobChange): void {
  const columns = assignments(change);
  const sets = columns.map(([column]) => `${column} = ?`).join(', ') || 'id = id';
  const { changes } = db.run(`UPDATE job SET ${sets} WHERE id = ?`, ...columns.map(([, value]) => value), id);
  if (changes === 0) throw new LarderError('JOB_NOT_FOUND', `There is no job ${id}.`, { hint: 'larder jobs ls shows the jobs there are.' });
}

function heartbeat(db: WriteHandle, id: string, nowMs: number, progress?: JobProgress): 'running' | 'paused' | 'stopped' {
  const row = db.get<{ state: 'running' | 'paused' }>(
    "UPDATE job SET heartbeatAtMs = ?, progressJson = coalesce(?, progressJson) WHERE id = ? AND state IN ('running', 'paused') RETURNING state",
    nowMs,
    toJson(progress),
    id,
  );
  return row?.state ?? 'stopped';
}

/** `IN` over a JSON list, so that one prepared statement serves any number of values. */
const LIST = {
  byTime: 'SELECT * FROM job ORDER BY createdAtMs DESC LIMIT ?',
  byCache: 'SELECT * FROM job WHERE cacheId = ? ORDER BY createdAtMs DESC LIMIT ?',
  byState: 'SELECT * FROM job WHERE state IN (SELECT value FROM json_each(?)) ORDER BY createdAtMs DESC LIMIT ?',
  byCacheAndState: 'SELECT * FROM job WHERE cacheId = ? AND state IN (SELECT value FROM json_each(?)) ORDER BY createdAtMs DESC LIMIT ?',
} as const;

function listJobs(db: ReadHandle, filter: JobFilter): JobRow[] {
  const limit = filter.limit ?? 1000;
  const states = filter.states === undefined ? undefined : JSON.stringify(filter.states);
  const rows =
    filter.cacheId === undefined
      ? states === undefined
        ? db.all<StoredJob>(LIST.byTime, limit)
        : db.all<StoredJob>(LIST.byState, states, limit)
      : states === undefined
        ? db.all<StoredJob>(LIST.byCache, filter.cacheId, limit)
        : db.all<StoredJob>(LIST.byCacheAndState, filter.cacheId, states, limit);
  return rows.map(fromRow);
}

/** Under the write lock from the first look to the last mark, so that two starting processes cannot take the same job. */
function takeOver(db: WriteHandle, { nowMs, isAlive }: TakeOver): JobRow[] {
  return db.transaction(() => {
    const running = db.all<StoredJob>("SELECT * FROM job WHERE state IN ('running', 'paused')").map(fromRow);
    const stale = running.filter((job) => job.owner === null || !isAlive(job.owner, job.heartbeatAtMs ?? 0));
    for (const job of stale) updateJob(db, job.id, { state: 'interrupted', endedAtMs: nowMs });
    return stale.map((job) => ({ ...job, state: 'interrupted' as const, endedAtMs: nowMs }));
  });
}

export function jobReader(db: ReadHandle): JobReader {
  return {
    list: (filter = {}) => listJobs(db, filter),
    get: (id) => {
      const row = db.get<StoredJob>('SELECT * FROM job WHERE id = ?', id);
      return row && fromRow(row);
    },
  };
}

export function jobStore(db: WriteHandle): JobStore {
  return {
    ...jobReader(db),
    insert: (job) => insertJob(db, job),
    update: (id, change) => updateJob(db, id, change),
    transition: (id, from, to) => db.run('UPDATE job SET state = ? WHERE id = ? AND state = ?', to, id, from).changes > 0,
    heartbeat: (id, nowMs, progress) => heartbeat(db, id, nowMs, progress),
    takeOver: (request) => takeOver(db, request),
  };
}
