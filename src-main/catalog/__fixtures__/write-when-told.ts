/** Child process of log-mode.test.ts: `node write-when-told.ts <catalog>`; for each line on stdin 200 entries and a line on stdout, `written` or the code of the error. */
import { createInterface } from 'node:readline';
import { isLarderError } from '../../base/index.ts';
import { openCatalog } from '../index.ts';

const catalog = openCatalog({ path: process.argv[2]! });
const { id } = catalog.caches.upsert({ kind: 'volume', directory: '/caches/a' });
let batch = 0;
for await (const _line of createInterface({ input: process.stdin })) {
  try {
    catalog.entries.upsert(
      id,
      Array.from({ length: 200 }, (_, i) => ({ key: `key-${batch}-${i}`, name: `volume ${i} `.repeat(100), file: `${batch}-${i}.pt` })),
    );
    process.stdout.write('written\n');
  } catch (error) {
    process.stdout.write(`${isLarderError(error) ? error.code : String(error)}\n`);
  }
  batch++;
}
catalog.close();
