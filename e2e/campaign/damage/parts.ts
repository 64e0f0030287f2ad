import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import type { Part } from '../full/part.ts';
import { damageCatalogs } from './catalogs.ts';
import { damageViolation } from './check.ts';
import { DAMAGES } from './damages.ts';
import { codesOf, makeEntries, pick } from './entries.ts';
import type { Entry } from './entries.ts';
import { IMAGE_SORTS, damageImages } from './images.ts';
import { damageParameters } from './parameters.ts';
import { readByTorch } from './python-reads.ts';

/** Of every sort; and the reads of sound entries among which there may be no false alarm. */
const EACH = 10_000;
const GOOD = 1_000_000;
/** Of every sort, shown to `torch.load` too. */
const SHOWN = 200;
const ENTRIES = 8;

type Look = (entries: readonly Entry[], draw: Draw, n: number) => string | undefined;

const makeAll = async (): Promise<Entry[]> => [...(await makeEntries(ENTRIES)), ...(await makeEntries(ENTRIES, 'tensor'))];

function entriesPart(name: string, unit: string, asked: number, portion: number, look: Look): Part {
  return {
    name,
    unit,
    asked,
    portion,
    run: async ({ seed, from, count }) => {
      const [entries, draw, violations] = [await makeAll(), createDraw(seed), new Violations()];
      for (let n = from; n < from + count; n++) {
        const violation = look(entries, draw, n);
        if (violation !== undefined) violations.add(violation);
      }
      return { done: count, violations: violations.all() };
    },
  };
}

const damaged = DAMAGES.map((damage) =>
  entriesPart(damage.name, `damaged entries of ${DAMAGES.length + 1} sorts`, EACH, 2_500, (entries, draw, n) => {
    const { entry, twin } = pick(entries, draw);
    const changed = damage.apply(entry.bytes, twin.bytes, draw);
    return damageViolation({ damage: `${damage.name} (${n})`, isChanged: Buffer.compare(changed, entry.bytes) !== 0, findings: codesOf(changed, entry.key) });
  }),
);

/** A whole file under the name of another is sound in itself; the name inside tells. */
const wrongName = entriesPart('wrong name', `damaged entries of ${DAMAGES.length + 1} sorts`, EACH, 2_500, (entries, draw, n) => {
  const { entry, twin } = pick(entries.slice(0, ENTRIES), draw);
  return damageViolation({ damage: `wrong name (${n})`, isChanged: true, findings: codesOf(twin.bytes, entry.key) });
});

const good = entriesPart('good reads', 'good reads', GOOD, 50_000, (entries, draw, n) => {
  const { entry } = pick(entries, draw);
  return damageViolation({ damage: `no damage (${n})`, isChanged: false, findings: codesOf(entry.bytes, entry.key) });
});

const torch: Part = {
  name: 'torch.load',
  unit: 'damaged entries shown to `torch.load`',
  asked: SHOWN * DAMAGES.length,
  portion: DAMAGES.length * 25,
  problem: ({ python }) => (python === undefined ? 'there is no interpreter with PyTorch' : undefined),
  run: async ({ seed, count, python }) => {
    const folder = mkdtempSync(join(tmpdir(), 'larder-damage-'));
    try {
      const [entries, draw, paths] = [await makeAll(), createDraw(seed), [] as string[]];
      for (let n = 0; n < count; n++) {
        const { entry, twin } = pick(entries, draw);
        const changed = DAMAGES[n % DAMAGES.length]!.apply(entry.bytes, twin.bytes, draw);
        if (Buffer.compare(changed, entry.bytes) === 0) continue;
        paths.push(join(folder, `${n}.pt`));
        writeFileSync(paths.at(-1)!, changed);
      }
      const silent = await readByTorch(python!, paths);
      return { done: count, violations: [], figures: { 'damaged entries that `torch.load` reads without a word': silent.size, 'that it refuses': paths.length - silent.size } };
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

const parameters: Part = {
  name: 'cache_params.json',
  unit: 'damaged cache_params.json',
  asked: EACH,
  portion: EACH,
  run: ({ seed, count }) => {
    const violations = new Violations();
    damageParameters(seed, count, violations);
    return Promise.resolve({ done: count, violations: violations.all() });
  },
};

const images = IMAGE_SORTS.map(
  (sort): Part => ({
    name: `image cache: ${sort}`,
    unit: 'damaged pictures, metadata and indexes of an image cache',
    asked: EACH,
    portion: 1_000,
    run: async ({ seed, count }) => {
      const violations = new Violations();
      await damageImages(seed, count, violations, [sort]);
      return { done: count, violations: violations.all() };
    },
  }),
);

const catalogs: Part = {
  name: 'catalogs',
  unit: 'damaged catalogs',
  asked: EACH,
  portion: 40,
  run: async ({ seed, count }) => {
    const violations = new Violations();
    const told = await damageCatalogs(seed, count, violations);
    return { done: count, violations: violations.all(), figures: { 'damaged catalogs that stopped one command with CATALOG_DAMAGED': told } };
  },
};

export const damageParts: readonly Part[] = [...damaged, wrongName, good, torch, parameters, ...images, catalogs];
