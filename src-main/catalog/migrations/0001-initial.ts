/**
 * The first schema. Times are ms since 1970; names ending in Json hold JSON texts.
 *
 * The id of an entry is `cacheId * 2^32 + number`: the rows of one cache lie together in the file and can be read in order
 * without another index. The only index of the entry table is that of its key, because every index on a column that comes in
 * random order halves the speed of bulk inserts; sorting and searching is done in memory (entry-columns.ts).
 *
 * `revision` counts the write transactions on the entries of a cache. `entryChange` says which rows each of them touched, so
 * that other processes, and this one, can bring their memory up to date; before `resetRevision` that is not known any more.
 */
export const initial = `
CREATE TABLE cache (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  directory TEXT NOT NULL UNIQUE,
  label TEXT,
  parametersJson TEXT,
  paramsHash TEXT,
  configPath TEXT,
  requiredCount INTEGER,
  addedAtMs REAL NOT NULL,
  lastOpenedAtMs REAL,
  lastVerifiedAtMs REAL,
  revision INTEGER NOT NULL DEFAULT 0,
  resetRevision INTEGER NOT NULL DEFAULT 0,
  countsRevision INTEGER,
  countsJson TEXT
) STRICT;

CREATE TABLE split (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
) STRICT;

-- state: 0 missing, 1 queued, 2 cached, 3 damaged, 4 quarantined, 5 foreign
CREATE TABLE entry (
  id INTEGER PRIMARY KEY,
  cacheId INTEGER NOT NULL REFERENCES cache (id) ON DELETE CASCADE,
  key TEXT NOT NULL,
  name TEXT,
  splitId INTEGER,
  state INTEGER NOT NULL CHECK (state BETWEEN 0 AND 5),
  position INTEGER,
  planRevision INTEGER,
  file TEXT,
  sizeBytes INTEGER,
  modifiedAtMs REAL,
  verifiedAtMs REAL,
  shape TEXT,
  dtype TEXT,
  digest TEXT,
  verifiedLevel TEXT,
  verifiedSizeBytes INTEGER,
  verifiedModifiedAtMs REAL,
  madeAtMs REAL,
  madeByVersion TEXT,
  madeSeconds REAL,
  sourceJson TEXT,
  statisticsJson TEXT,
  errorJson TEXT,
  UNIQUE (cacheId, key)
) STRICT;

CREATE TABLE entryChange (
  cacheId INTEGER NOT NULL REFERENCES cache (id) ON DELETE CASCADE,
  revision INTEGER NOT NULL,
  firstId INTEGER NOT NULL,
  lastId INTEGER NOT NULL,
  PRIMARY KEY (cacheId, revision, firstId)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  cacheId INTEGER NOT NULL REFERENCES cache (id) ON DELETE CASCADE,
  key TEXT,
  name TEXT,
  file TEXT,
  code TEXT NOT NULL,
  severity TEXT NOT NULL,
  message TEXT NOT NULL,
  detailsJson TEXT,
  foundAtMs REAL NOT NULL,
  jobId TEXT
) STRICT;
CREATE INDEX findingByCode ON finding (cacheId, code, severity);
CREATE INDEX findingByKey ON finding (cacheId, key);
CREATE INDEX findingByFile ON finding (cacheId, file);

CREATE TABLE job (
  id TEXT PRIMARY KEY,
  cacheId INTEGER REFERENCES cache (id) ON DELETE SET NULL,
  command TEXT NOT NULL,
  state TEXT NOT NULL,
  argumentsJson TEXT NOT NULL,
  progressJson TEXT,
  resultJson TEXT,
  errorJson TEXT,
  ownerJson TEXT,
  heartbeatAtMs REAL,
  createdAtMs REAL NOT NULL,
  startedAtMs REAL,
  endedAtMs REAL
) STRICT;
CREATE INDEX jobByTime ON job (createdAtMs);
CREATE INDEX jobByCache ON job (cacheId, createdAtMs);
CREATE INDEX jobByState ON job (state, createdAtMs);

CREATE TABLE measurement (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  key TEXT NOT NULL,
  value REAL NOT NULL,
  measuredAtMs REAL NOT NULL
) STRICT;
CREATE INDEX measurementByKey ON measurement (key, id);
`;
