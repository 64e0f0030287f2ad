import type { Campaign } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { FaultKind } from './fault.ts';
import { describeExits, walkFaults } from './walk.ts';
import { walkPart } from './walk-parts.ts';
import { volumeScenario } from './volume-scenarios.ts';

const KINDS: readonly FaultKind[] = ['EIO', 'EMFILE', 'EACCES', 'EROFS', 'ENOENT', 'short-read', 'short-write'];
const COMMANDS = ['generate', 'verify', 'fix'] as const;
const MET = COMMANDS.map((name) => volumeScenario(name));
/** Of some hundred calls of a command, about two of each kind in the small dose. */
const SMALL_STRIDE = 90;

export const ioCampaign: Campaign = {
  name: 'io',
  title: 'Failing disks',
  attempt: 'at one file-system call after the other, in the command and in its worker, of `generate`, `verify` and `fix` over three items: EIO, too many open files, no permission, read-only, the file is gone, a read or write of one byte; once, and from then on.',
  promise: 'no fault of Larder\'s own and no end later than 30 s; whatever has a final name is whole; nothing that was there is lost; the next run makes every entry, byte for byte, and leaves nothing behind.',
  async run({ seed }) {
    const violations = new Violations();
    const draw = createDraw(seed);
    const once = { met: 0, exits: new Map<string, number>() };
    const lasting = { met: 0, exits: new Map<string, number>() };
    for (const scenario of MET) {
      // In the small dose every command meets some of the kinds, and all of them are met.
      const kinds = KINDS.filter((_, n) => n % COMMANDS.length === COMMANDS.findIndex((command) => command === scenario.name));
      await walkFaults(scenario, { kinds, roles: ['main', 'worker'], isLasting: false, stride: SMALL_STRIDE }, draw, once, violations);
      await walkFaults(scenario, { kinds, roles: ['main'], isLasting: true, stride: SMALL_STRIDE * 2 }, draw, lasting, violations);
    }
    return { dose: `${counted(once.met, 'fault')} that happened once and ${lasting.met} that stayed`, violations: violations.all(), measured: [`Faults met once ended with ${describeExits(once)}; those that stayed with ${describeExits(lasting)}.`] };
  },
  parts: MET.flatMap((scenario) =>
    KINDS.flatMap((kind) => [
      walkPart('faults that happen once', { scenario, kind, role: 'main', isLasting: false }),
      walkPart('faults that happen once', { scenario, kind, role: 'worker', isLasting: false }),
      walkPart('faults that stay', { scenario, kind, role: 'main', isLasting: true }),
    ]),
  ),
};
