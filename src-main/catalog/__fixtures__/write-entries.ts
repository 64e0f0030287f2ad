/** Child process of database.test.ts: `node write-entries.ts <catalog> <directory> <prefix> <batches>`; a line on stdout after each batch of 200. */
import { openCatalog } from '../index.ts';

const [path, directory, prefix, batches] = process.argv.slice(2) as [string, string, string, string];
const catalog = openCatalog({ path });
const { id } = catalog.caches.upsert({ kind: 'volume', directory });
for (let batch = 0; batch < Number(batches); batch++) {
  catalog.entries.upsert(
    id,
    Array.from({ length: 200 }, (_, i) => ({ key: `${prefix}-${batch}-${i}`, name: `volume ${i}`, file: `${batch}-${i}.pt`, sizeBytes: i })),
  );
  process.stdout.write(`${batch}\n`);
}
catalog.close();
