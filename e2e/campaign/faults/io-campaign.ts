import type { Campaign } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import type { CatalogFault } from './catalog-fault.ts';
import { CATALOG_ERRNOS, catalogPart, runCatalogFault, straceProblem } from './catalog-fault.ts';
import type { FaultKind } from './fault.ts';
import { imageScenario } from './image-scenarios.ts';
import type { Scenario } from './stage.ts';
import { volumeScenario } from './volume-scenarios.ts';
import { noteCalls } from './note-calls.ts';
import { describeExits, noneMet, unmetKinds, walkFaults } from './walk.ts';
import type { WalkCount } from './walk.ts';
import { walkPart } from './walk-parts.ts';

const KINDS: readonly FaultKind[] = ['EIO', 'EMFILE', 'EACCES', 'EROFS', 'ENOENT', 'short-read', 'short-write'];
/** A disk is read-only as a whole. */
const KINDS_OF_ONE = KINDS.filter((kind) => kind !== 'EROFS');
const MAKING = [...['generate', 'verify', 'fix'].map((name) => volumeScenario(name)), ...['pregenerate', 'verify of images', 'fix of images'].map((name) => imageScenario(name))];
const OTHERS = [...['clear', 'restore', 'purge', 'export'].map((name) => volumeScenario(name)), ...['clear of images', 'restore of images', 'purge of images', 'export of images'].map((name) => imageScenario(name))];
const MET = [...MAKING, ...OTHERS];
/** Commands of which the catalog's disk fails. */
const WITH_CATALOG = ['generate', 'clear'].map((name) => volumeScenario(name));
/** Calls tried of each kind, in each process. */
const SMALL_TRIES = 1;
/** Calls of SQLite in the smallest command, of which the small dose takes one. */
const CATALOG_CALLS = 20;

interface Counts {
  readonly once: WalkCount;
  readonly lasting: WalkCount;
  readonly ofOne: WalkCount;
  catalog: number;
}

/** Some faults of one command. */
async function meetSome(scenario: Scenario, kinds: readonly FaultKind[], counts: Counts, draw: Draw, violations: Violations): Promise<void> {
  const stage = await scenario.open();
  try {
    const noted = await noteCalls(stage);
    await walkFaults(stage, noted, { kinds, roles: scenario.roles, isLasting: false, tries: SMALL_TRIES }, draw, counts.once, violations);
    if (!scenario.isPerItem) return;
    await walkFaults(stage, noted, { kinds: kinds.slice(0, 1), roles: [draw.oneOf(scenario.roles)], isLasting: true, tries: SMALL_TRIES }, draw, counts.lasting, violations);
    await walkFaults(stage, noted, { kinds: [draw.oneOf(KINDS_OF_ONE)], roles: scenario.roles, isLasting: draw.chance(0.5), tries: SMALL_TRIES, isOneItem: true }, draw, counts.ofOne, violations);
    if (scenario.name !== 'generate' || straceProblem() !== undefined) return;
    const fault: CatalogFault = { errno: draw.oneOf(CATALOG_ERRNOS), after: draw.below(CATALOG_CALLS), isLasting: draw.chance(0.5) };
    let run = await runCatalogFault(stage, fault);
    violations.addAll(run.violations);
    // It opens a file a few times and reads it many: one that was not met is met at the first call.
    if (run.hit === undefined) {
      run = await runCatalogFault(stage, { ...fault, after: 0 });
      violations.addAll(run.violations);
    }
    if (run.hit === undefined) violations.add(`generate: the catalog never meets ${fault.errno}, not even at its first call`);
    else counts.catalog++;
  } finally {
    await stage.close();
  }
}

const isDoable = (scenario: Scenario): boolean => scenario.problem?.() === undefined;

export const ioCampaign: Campaign = {
  name: 'io',
  title: 'Failing disks',
  attempt: 'at one file-system call after the other, in the command and in its worker, of `generate`, `verify` and `fix` over three items, of `pregenerate`, `verify` and `fix` over three images, and of `clear`, `quarantine restore`, `quarantine purge` and `export` of both: EIO, too many open files, no permission, read-only, the file is gone, a read or write of one byte; once, and from then on; the same at the calls about one item alone; and EIO, no permission, too many open files and read-only at one call of SQLite after the other on the files of the catalog.',
  promise: 'no fault of Larder\'s own and no end later than 10 s (what took longer is tried twice more, and is a hang if it takes as long each time); whatever has a final name is whole; nothing that was there is lost; where one item alone fails, it is made all the same or named, and the others are made; the next run makes every entry, byte for byte, and leaves nothing behind; a list has its name only as a whole; a catalog whose disk fails is sound when the disk is, and is not set aside.',
  async run({ seed }) {
    const violations = new Violations();
    const draw = createDraw(seed);
    const counts: Counts = { once: noneMet(), lasting: noneMet(), ofOne: noneMet(), catalog: 0 };
    const tried = MAKING.filter(isDoable);
    // In the small dose every command that makes something meets some of the kinds, one of the others one, and all of the kinds are met.
    for (const scenario of tried) await meetSome(scenario, KINDS.filter((_, n) => n % MAKING.length === MAKING.indexOf(scenario) || (n + 3) % MAKING.length === MAKING.indexOf(scenario)), counts, draw, violations);
    await meetSome(draw.oneOf(OTHERS.filter(isDoable)), [draw.oneOf(KINDS)], counts, draw, violations);
    const { once, lasting, ofOne } = counts;
    const untried = MET.filter((scenario) => !isDoable(scenario));
    violations.addAll(unmetKinds(KINDS, once));
    const slowest = Math.max(...[once, lasting, ofOne].map(({ slowestSeconds }) => slowestSeconds));
    return {
      dose: `${counted(once.met, 'fault')} that happened once, ${lasting.met} that stayed, ${ofOne.met} of one item alone and ${counts.catalog} of the catalog, over ${tried.length + 1} commands`,
      violations: violations.all(),
      measured: [
        `Faults met once ended with ${describeExits(once)}; those that stayed with ${describeExits(lasting)}; those of one item with ${describeExits(ofOne)}.`,
        `The slowest end came after ${slowest.toFixed(1)} s.`,
        ...(straceProblem() === undefined ? [] : [`The catalog met no fault: ${straceProblem()!}.`]),
        ...untried.slice(0, 1).map((scenario) => `Nothing was tried on images: ${scenario.problem!()}.`),
      ],
    };
  },
  parts: [
    ...MET.flatMap((scenario) => [
      ...KINDS.flatMap((kind) => scenario.roles.flatMap((role) => [walkPart('faults at one call', { scenario, kind, role, isLasting: false }), walkPart('faults from one call on', { scenario, kind, role, isLasting: true })])),
      ...(scenario.isPerItem ? KINDS_OF_ONE.flatMap((kind) => scenario.roles.flatMap((role) => [false, true].map((isLasting) => walkPart('faults of one item alone', { scenario, kind, role, isLasting, isOneItem: true })))) : []),
    ]),
    ...WITH_CATALOG.flatMap((scenario) => CATALOG_ERRNOS.flatMap((errno) => [false, true].map((isLasting) => catalogPart(scenario, errno, isLasting)))),
  ],
};
