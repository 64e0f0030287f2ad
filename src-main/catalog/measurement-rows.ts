import type { Measurement, MeasurementReader, MeasurementWriter } from './catalog.ts';
import type { ReadHandle, WriteHandle } from './database.ts';

/** Old speeds say little about the machine of today. */
const KEPT_PER_KEY = 200;

const LIST = 'SELECT value, measuredAtMs FROM measurement WHERE key = ? ORDER BY id DESC LIMIT ?';
const TRIM = `
  DELETE FROM measurement
  WHERE key = ? AND id <= (SELECT id FROM measurement WHERE key = ? ORDER BY id DESC LIMIT 1 OFFSET ${KEPT_PER_KEY})`;

export function measurementReader(db: ReadHandle): MeasurementReader {
  return { list: (key, limit = KEPT_PER_KEY) => db.all<Measurement>(LIST, key, limit) };
}

export function measurementWriter(db: WriteHandle): MeasurementWriter {
  return {
    ...measurementReader(db),
    append: (key, value, measuredAtMs) =>
      db.transaction(() => {
        db.run('INSERT INTO measurement (key, value, measuredAtMs) VALUES (?, ?, ?)', key, value, measuredAtMs);
        db.run(TRIM, key, key);
      }),
  };
}
