import { setTimeout as sleep } from 'node:timers/promises';
import type { Campaign } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import type { PortionContext } from '../full/part.ts';
import { killAtMoment } from './kill-moment.ts';
import { SCENARIOS, openStage } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import type { FaultRole } from './fault.ts';
import { walkFaults } from './walk.ts';
import { walkPart } from './walk-parts.ts';

const COMMANDS = ['generate', 'fix', 'clear', 'restore'] as const;
const SMALL = { moments: 3, stride: 110 } as const;
/** Kills at random moments of each command in the full dose, and of one portion. */
const FULL_MOMENTS = 1_000;
const PORTION_MOMENTS = 20;

const KILLED = SCENARIOS.filter(({ name }) => COMMANDS.some((command) => command === name));

/** Who works on files: the command alone, or its worker too. */
function rolesOf({ name }: Scenario): readonly FaultRole[] {
  return name === 'generate' || name === 'fix' ? ['main', 'worker'] : ['main'];
}

async function killAtRandom(scenario: Scenario, moments: number, draw: Draw, violations: Violations): Promise<number> {
  const stage = await openStage(scenario);
  try {
    stage.reset();
    const startedAt = performance.now();
    await stage.start({}).ended;
    const wholeMs = performance.now() - startedAt;
    let midway = 0;
    for (let n = 0; n < moments; n++) {
      const { wasKilled, violations: found } = await killAtMoment(stage, () => sleep((wholeMs * draw.below(1_000)) / 1_000));
      if (wasKilled) midway++;
      violations.addAll(found.map((violation) => `${scenario.name}, killed at random (${n}): ${violation}`));
    }
    return midway;
  } finally {
    await stage.close();
  }
}

export const killCampaign: Campaign = {
  name: 'kill',
  title: 'Kill',
  attempt: 'SIGKILL of the command with all its workers, at random moments and at one file-system call after the other, of `generate`, `fix`, `clear` and `quarantine restore` over three items.',
  promise: 'nothing partial under a final name; nothing that was there is lost, whether in the cache or set aside; the same command finishes by itself, with the bytes of an undisturbed run; at most the downloads under way are repeated; nothing is left over.',
  async run({ seed }) {
    const dose = SMALL;
    const violations = new Violations();
    const draw = createDraw(seed);
    const count = { met: 0, exits: new Map<string, number>() };
    let midway = 0;
    for (const scenario of KILLED) {
      midway += await killAtRandom(scenario, dose.moments, draw, violations);
      await walkFaults(scenario, { kinds: ['kill'], roles: rolesOf(scenario), isLasting: false, stride: dose.stride }, draw, count, violations);
    }
    const moments = dose.moments * COMMANDS.length;
    return { dose: `${counted(moments, 'kill')} at random moments (${midway} of them midway) and ${counted(count.met, 'kill')} at file-system calls, over ${COMMANDS.length} commands`, violations: violations.all(), measured: [] };
  },
  parts: [
    ...KILLED.map((scenario) => ({
      name: `${scenario.name} at random moments`,
      unit: `kills at random moments of ${COMMANDS.length} commands`,
      asked: FULL_MOMENTS,
      portion: PORTION_MOMENTS,
      run: async ({ seed, count }: PortionContext) => {
        const violations = new Violations();
        const midway = await killAtRandom(scenario, count, createDraw(seed), violations);
        return { done: count, violations: violations.all(), figures: { 'killed at a random moment midway': midway } };
      },
    })),
    ...KILLED.flatMap((scenario) => rolesOf(scenario).map((role) => walkPart('kills at file-system calls', { scenario, kind: 'kill', role, isLasting: false }))),
  ],
};
