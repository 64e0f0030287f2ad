import { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import type { Part } from '../full/part.ts';
import { damageCatalogs } from './catalogs.ts';
import { DAMAGES, TEXT_DAMAGES } from './damages.ts';
import { judgeEntry, judgeGood, makeEntries } from './entries.ts';
import type { Entry } from './entries.ts';
import { IMAGE_SORTS, damageImages } from './images.ts';
import { DISK_ROUND, damageOnDisk } from './on-disk.ts';
import { damageParameters } from './parameters.ts';
import { readerProblem } from './python-reads.ts';
import { READERS, READER_FILES, READER_NAMES, showDamaged } from './shown.ts';

/** Of every sort, or of every kind of file; and the reads of sound entries among which there may be no false alarm. */
const EACH = 10_000;
const GOOD = 1_000_000;
/** Of every sort, shown to others too. */
const SHOWN = 200;

type Look = (entries: readonly Entry[], draw: Draw, n: number) => readonly string[];

function entriesPart(name: string, unit: string, asked: number, portion: number, look: Look): Part {
  return {
    name,
    unit,
    asked,
    portion,
    run: async ({ seed, from, count }) => {
      const [entries, draw, violations] = [await makeEntries(), createDraw(seed), new Violations()];
      for (let n = from; n < from + count; n++) violations.addAll(look(entries, draw, n));
      return { done: count, violations: violations.all() };
    },
  };
}

const damaged = DAMAGES.map((damage) => entriesPart(`entries: ${damage.name}`, `changed entries (${EACH.toLocaleString('en-US')} of each of ${DAMAGES.length} sorts)`, EACH, 2_500, (entries, draw, n) => judgeEntry(damage, entries, draw, n)));

const good = entriesPart('good reads', 'good reads', GOOD, 50_000, judgeGood);

const disk: Part = {
  name: 'entries on the disk',
  unit: `changed entries of the disk (${DAMAGES.length} sorts in turns) as \`verify\` reads them`,
  // A round damages one entry of each sort, and is not divided.
  asked: Math.ceil(EACH / DISK_ROUND) * DISK_ROUND,
  portion: DISK_ROUND * 40,
  run: async ({ seed, count }) => {
    const violations = new Violations();
    const { good: sound } = await damageOnDisk(seed, count / DISK_ROUND, violations);
    return { done: count, violations: violations.all(), figures: { 'good reads of the disk among them': sound } };
  },
};

const shown = READERS.map(
  (reader): Part => ({
    name: `shown to ${reader}`,
    unit: `changed ${READER_FILES[reader]} shown to ${READER_NAMES[reader]}`,
    asked: SHOWN * DAMAGES.length,
    portion: DAMAGES.length * 25,
    problem: ({ python }) => readerProblem(python, reader),
    run: async ({ seed, from, count, python }) => {
      const { shown: files, silent } = await showDamaged(reader, python!, seed, from, count);
      const what = `changed ${READER_FILES[reader]} that ${READER_NAMES[reader]}`;
      return { done: files.length, violations: [], figures: { [`${what} reads without a word`]: silent.size, [`${what} refuses`]: files.length - silent.size } };
    },
  }),
);

const parameters: Part = {
  name: 'cache_params.json, every sort',
  unit: `changed cache_params.json (${EACH.toLocaleString('en-US')} of each of ${TEXT_DAMAGES.length} sorts)`,
  asked: EACH * TEXT_DAMAGES.length,
  portion: 1_000 * TEXT_DAMAGES.length,
  run: ({ seed, from, count }) => {
    const violations = new Violations();
    damageParameters(seed, from, count, violations);
    return Promise.resolve({ done: count, violations: violations.all() });
  },
};

const IMAGE_UNITS = { images: 'pictures', metadata: 'metadata', index: 'indexes' } as const;

const images = IMAGE_SORTS.map(
  (sort): Part => ({
    name: `image cache: ${IMAGE_UNITS[sort]} in turns`,
    unit: `changed ${IMAGE_UNITS[sort]} of an image cache (${DAMAGES.length} sorts in turns)`,
    asked: EACH,
    portion: 1_000,
    run: async ({ seed, from, count }) => {
      const violations = new Violations();
      await damageImages(seed, from, count, violations, [sort]);
      return { done: count, violations: violations.all() };
    },
  }),
);

const catalogs: Part = {
  name: 'catalogs, listed and verified',
  unit: 'changed catalogs (sorts in turns)',
  asked: EACH,
  portion: 120,
  run: async ({ seed, from, count }) => {
    const violations = new Violations();
    const { told, believed } = await damageCatalogs(seed, from, count, violations);
    return { done: count, violations: violations.all(), figures: { 'commands over them that stopped with CATALOG_DAMAGED': told, 'of them that showed a damaged time of verification, shape or type': believed } };
  },
};

export const damageParts: readonly Part[] = [...damaged, good, disk, ...shown, parameters, ...images, catalogs];
