import type { Campaign } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { FaultKind } from './fault.ts';
import { imageScenario } from './image-scenarios.ts';
import { volumeScenario } from './volume-scenarios.ts';
import { noteCalls } from './note-calls.ts';
import { describeExits, noneMet, unmetKinds, walkFaults } from './walk.ts';
import { walkPart } from './walk-parts.ts';

const KINDS: readonly FaultKind[] = ['EIO', 'EMFILE', 'EACCES', 'EROFS', 'ENOENT', 'short-read', 'short-write'];
/** A disk is read-only as a whole. */
const KINDS_OF_ONE = KINDS.filter((kind) => kind !== 'EROFS');
const MET = [...['generate', 'verify', 'fix'].map((name) => volumeScenario(name)), ...['pregenerate', 'verify of images', 'fix of images'].map((name) => imageScenario(name))];
/** Calls tried of each kind, in each process. */
const SMALL_TRIES = 1;

export const ioCampaign: Campaign = {
  name: 'io',
  title: 'Failing disks',
  attempt: 'at one file-system call after the other, in the command and in its worker, of `generate`, `verify` and `fix` over three items, and of `pregenerate`, `verify` and `fix` over three images: EIO, too many open files, no permission, read-only, the file is gone, a read or write of one byte; once, and from then on; and the same at the calls about one item alone.',
  promise: 'no fault of Larder\'s own and no end later than 10 s; whatever has a final name is whole; nothing that was there is lost; where one item alone fails, it is made all the same or named, and the others are made; the next run makes every entry, byte for byte, and leaves nothing behind.',
  async run({ seed }) {
    const violations = new Violations();
    const draw = createDraw(seed);
    const [once, lasting, ofOne] = [noneMet(), noneMet(), noneMet()];
    const tried = MET.filter((scenario) => scenario.problem?.() === undefined);
    const untried = MET.filter((scenario) => scenario.problem?.() !== undefined);
    for (const scenario of tried) {
      // In the small dose every command meets some of the kinds, and all of them are met.
      const at = MET.indexOf(scenario);
      const mine = KINDS.filter((_, n) => n % MET.length === at || (n + 3) % MET.length === at);
      const stage = await scenario.open();
      try {
        const noted = await noteCalls(stage);
        await walkFaults(stage, noted, { kinds: mine, roles: scenario.roles, isLasting: false, tries: SMALL_TRIES }, draw, once, violations);
        await walkFaults(stage, noted, { kinds: mine.slice(0, 1), roles: ['main'], isLasting: true, tries: SMALL_TRIES }, draw, lasting, violations);
        await walkFaults(stage, noted, { kinds: [draw.oneOf(KINDS_OF_ONE)], roles: scenario.roles, isLasting: draw.chance(0.5), tries: SMALL_TRIES, isOneItem: true }, draw, ofOne, violations);
      } finally {
        await stage.close();
      }
    }
    violations.addAll(unmetKinds(KINDS, once));
    const slowest = Math.max(...[once, lasting, ofOne].map(({ slowestSeconds }) => slowestSeconds));
    return {
      dose: `${counted(once.met, 'fault')} that happened once, ${lasting.met} that stayed, ${ofOne.met} of one item alone, over ${tried.length} commands`,
      violations: violations.all(),
      measured: [
        `Faults met once ended with ${describeExits(once)}; those that stayed with ${describeExits(lasting)}; those of one item with ${describeExits(ofOne)}.`,
        `The slowest end came after ${slowest.toFixed(1)} s.`,
        ...untried.slice(0, 1).map((scenario) => `Nothing was tried on images: ${scenario.problem!()}.`),
      ],
    };
  },
  parts: MET.flatMap((scenario) => [
    ...KINDS.flatMap((kind) => [
      walkPart('faults that happen once', { scenario, kind, role: 'main', isLasting: false }),
      walkPart('faults that happen once', { scenario, kind, role: 'worker', isLasting: false }),
      walkPart('faults that stay', { scenario, kind, role: 'main', isLasting: true }),
    ]),
    ...KINDS_OF_ONE.flatMap((kind) => (['main', 'worker'] as const).flatMap((role) => [false, true].map((isLasting) => walkPart('faults of one item alone', { scenario, kind, role, isLasting, isOneItem: true })))),
  ]),
};
