import type { Campaign, CampaignContext } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { CATALOG_DAMAGES, damageCatalogs } from './catalogs.ts';
import { DAMAGES, TEXT_DAMAGES } from './damages.ts';
import { judgeEntry, judgeGood, makeEntries } from './entries.ts';
import { damageImages } from './images.ts';
import { damageOnDisk } from './on-disk.ts';
import { damageParameters } from './parameters.ts';
import { damageParts } from './parts.ts';
import { readerProblem } from './python-reads.ts';
import { READERS, READER_FILES, READER_NAMES, showDamaged } from './shown.ts';

/** Damages of each sort; good reads; rounds on the disk; what is shown to others of each sort. */
const SMALL = { entries: 60, good: 6_000, rounds: 3, parameters: 20, images: 3, catalogs: 1, shown: 6 } as const;

async function damageEntries(seed: number, violations: Violations): Promise<void> {
  const draw = createDraw(seed);
  const entries = await makeEntries();
  for (const damage of DAMAGES) for (let n = 0; n < SMALL.entries; n++) violations.addAll(judgeEntry(damage, entries, draw, n));
  for (let n = 0; n < SMALL.good; n++) violations.addAll(judgeGood(entries, draw, n));
}

/** The share that others read of the same damages without a word. */
async function besideOthers({ seed, python }: CampaignContext): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const reader of READERS) {
    if (readerProblem(python, reader) !== undefined) continue;
    const { silent, shown } = await showDamaged(reader, python!, seed, 0, SMALL.shown * DAMAGES.length);
    const shareOf = (what: RegExp): string => {
      const mine = shown.filter(({ damage }) => what.test(damage));
      return `${mine.filter(({ path }) => silent.has(path)).length} of ${mine.length}`;
    };
    lines.push(
      `Beside it, ${READER_NAMES[reader]} reads ${silent.size} of ${shown.length} damaged ${READER_FILES[reader]} (${Math.round((silent.size / shown.length) * 100)} %) without a word: with one flipped bit ${shareOf(/^one bit$/)}, with blocks changed ${shareOf(/ B /)}, cut or extended ${shareOf(/cut off|behind it/)}, under the name of another ${shareOf(/^the whole file/)}.`,
    );
  }
  return lines;
}

export const damageCampaign: Campaign = {
  name: 'damage',
  title: 'Damage',
  attempt:
    'one flipped bit; noise, zeros, swapped blocks and blocks of an earlier write, in three sizes; cut, extended, and a whole file under the name of another: 18 sorts. Blocks of 512 B, 4 KiB and 64 KiB over `.pt` entries of both forms (60 and 380 kB, those of 64 KiB only over the large ones) and over pictures (2 kB, and 270 kB for the large blocks); of 512 B, 4 KiB and 16 KiB over the catalog; smaller ones over what is smaller than a few sectors: 64 B, 256 B and 1 KiB over the index of an image cache, 8, 16 and 48 B over metadata and `cache_params.json`. Only what really changed what a file says is counted, and a sort that changes nothing fails the campaign. "Each" are 10,000 of every sort for `.pt` entries and `cache_params.json`; for pictures, metadata, indexes and catalogs 10,000 of each kind of file, the sorts in turns. Entries are read from memory, and some of them by `verify` from the disk.',
  promise:
    'every change of an entry is found, and nothing is said about a sound one; every change of what a picture, its metadata (but for the time it was made) or the index say is found; changed parameters no longer fit their folder; a damaged catalog costs history and no entry: `ls` shows the files that there are with their names, splits, sizes, times and states, and `verify --changed` skips no damaged entry. What only the catalog knows (when an entry was verified, the shape and type that were read then) is not checked against anything before the entry is verified again: damage that leaves the database whole in form can show there.',
  async run(context) {
    const { seed } = context;
    const violations = new Violations();
    await damageEntries(seed, violations);
    const disk = await damageOnDisk(seed, SMALL.rounds, violations);
    damageParameters(seed, 0, SMALL.parameters * TEXT_DAMAGES.length, violations);
    await damageImages(seed, 0, SMALL.images * DAMAGES.length, violations);
    const { told, believed } = await damageCatalogs(seed, 0, SMALL.catalogs * CATALOG_DAMAGES.length, violations);
    const of = (each: number, sorts: number): string => `${each.toLocaleString('en-US')} of each of ${sorts} sorts`;
    const catalogs = SMALL.catalogs * CATALOG_DAMAGES.length;
    return {
      dose: `damages that changed something: ${of(SMALL.entries, DAMAGES.length)} in entries, ${of(SMALL.parameters, TEXT_DAMAGES.length)} in cache_params.json, ${of(SMALL.images, DAMAGES.length)} in pictures, in metadata and in indexes, ${of(SMALL.catalogs, CATALOG_DAMAGES.length)} in catalogs, ${counted(disk.damaged, 'entry', 'entries')} on the disk; ${counted(SMALL.good, 'good read')}, and ${disk.good.toLocaleString('en-US')} of the disk`,
      violations: violations.all(),
      measured: [
        ...(await besideOthers(context)),
        `${counted(told, 'command')} over ${catalogs} damaged catalogs stopped with CATALOG_DAMAGED; the next one began anew and answered rightly. ${counted(believed, 'of them', 'of them')} showed a time of verification, a shape or a type that was damaged.`,
      ],
    };
  },
  parts: damageParts,
};
