import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Campaign, CampaignContext } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { damageCatalogs } from './catalogs.ts';
import { damageViolation } from './check.ts';
import { DAMAGES } from './damages.ts';
import { codesOf, makeEntries, pick } from './entries.ts';
import { IMAGE_SORTS, damageImages } from './images.ts';
import { damageParameters } from './parameters.ts';
import { damageParts } from './parts.ts';
import { readByTorch } from './python-reads.ts';

const ENTRIES = 8;
/** Damages of each sort, good reads, files shown to torch.load, catalogs. */
const SMALL = { each: 100, good: 10_000, shown: 25, catalogs: 8, images: 60 } as const;

async function damageEntries({ seed, python }: CampaignContext, violations: Violations): Promise<readonly string[]> {
  const dose = SMALL;
  const folder = mkdtempSync(join(tmpdir(), 'larder-damage-'));
  const shown: string[] = [];
  const draw = createDraw(seed);
  try {
    const entries = [...(await makeEntries(ENTRIES)), ...(await makeEntries(ENTRIES, 'tensor'))];
    for (const [sort, damage] of DAMAGES.entries()) {
      for (let n = 0; n < dose.each; n++) {
        const { entry, twin } = pick(entries, draw);
        const changed = damage.apply(entry.bytes, twin.bytes, draw);
        const isChanged = Buffer.compare(changed, entry.bytes) !== 0;
        const violation = damageViolation({ damage: `${damage.name} (${n})`, isChanged, findings: codesOf(changed, entry.key) });
        if (violation !== undefined) violations.add(violation);
        if (n < dose.shown && python !== undefined && isChanged) {
          shown.push(join(folder, `${sort}-${n}.pt`));
          writeFileSync(shown.at(-1)!, changed);
        }
      }
    }
    // A whole file under the name of another is sound in itself; the name inside tells.
    for (let n = 0; n < dose.each; n++) {
      const { entry, twin } = pick(entries.slice(0, ENTRIES), draw);
      const violation = damageViolation({ damage: `wrong name (${n})`, isChanged: true, findings: codesOf(twin.bytes, entry.key) });
      if (violation !== undefined) violations.add(violation);
    }
    for (let n = 0; n < dose.good; n++) {
      const { entry } = pick(entries, draw);
      const violation = damageViolation({ damage: `no damage (${n})`, isChanged: false, findings: codesOf(entry.bytes, entry.key) });
      if (violation !== undefined) violations.add(violation);
    }
    return python === undefined || shown.length === 0 ? [] : await besideTorch(python, shown);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Damages that change where the file ends. */
const LENGTHS = /cut off|behind/;

async function besideTorch(python: string, shown: readonly string[]): Promise<readonly string[]> {
  const silent = await readByTorch(python, shown);
  const shareOf = (damages: readonly number[]): string => {
    const mine = shown.filter((path) => damages.some((sort) => path.includes(`/${sort}-`)));
    return `${mine.filter((path) => silent.has(path)).length} of ${mine.length}`;
  };
  const sorts = [...DAMAGES.keys()];
  const lengths = sorts.filter((sort) => LENGTHS.test(DAMAGES[sort]!.name));
  const bit = sorts.filter((sort) => DAMAGES[sort]!.name === 'one bit');
  return [
    `Beside it, \`torch.load\` reads ${silent.size} of ${shown.length} of the same damaged entries (${Math.round((silent.size / shown.length) * 100)} %) without a word.`,
    `Of those with one flipped bit it reads ${shareOf(bit)}; with blocks changed ${shareOf(sorts.filter((sort) => !lengths.includes(sort) && !bit.includes(sort)))}; cut or extended ${shareOf(lengths)}.`,
  ];
}

export const damageCampaign: Campaign = {
  name: 'damage',
  title: 'Damage',
  attempt: 'one flipped bit; noise, zeros, swapped blocks and blocks of an earlier write, of 512 B, 4 KiB and 64 KiB; cut, extended, renamed: over `.pt` entries of both formats, `cache_params.json` and the catalog, and over the pictures, metadata and index of an image cache.',
  promise: 'every change of an entry is found, and nothing is said about a sound one; every change of what a picture, its metadata (but for the time it was made) or the index say is found; changed parameters no longer fit their folder; a damaged catalog costs history and neither an entry nor a right answer.',
  async run(context) {
    const dose = SMALL;
    const violations = new Violations();
    const measured = await damageEntries(context, violations);
    damageParameters(context.seed, dose.each, violations);
    await damageImages(context.seed, dose.images, violations);
    const told = await damageCatalogs(context.seed, dose.catalogs, violations);
    const sorts = DAMAGES.length;
    return {
      dose: `${counted(dose.each * (sorts + 1), 'damaged entry', 'damaged entries')} (${dose.each.toLocaleString('en-US')} of each of ${sorts + 1} sorts), ${counted(dose.good, 'good read')}, ${counted(dose.each, 'damaged cache_params.json', 'damaged cache_params.json')}, ${counted(dose.images * IMAGE_SORTS.length, 'damaged file')} of an image cache, ${counted(dose.catalogs, 'damaged catalog')}`,
      violations: violations.all(),
      measured: [...measured, `${told} of ${dose.catalogs} damaged catalogs stopped one command with CATALOG_DAMAGED; the next one began anew and answered rightly.`],
    };
  },
  parts: damageParts,
};
