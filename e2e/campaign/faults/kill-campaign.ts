import { setTimeout as sleep } from 'node:timers/promises';
import type { Campaign } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import type { Part, PortionContext } from '../full/part.ts';
import { upgradeProblem } from '../upgrade/kill-upgrade.ts';
import type { Strike } from '../upgrade/kill-upgrade.ts';
import { OLD_CATALOGS, killUpgrades, nameOf } from '../upgrade/walk-upgrade.ts';
import type { OldCatalog } from '../upgrade/walk-upgrade.ts';
import { killServes, serveKillPart } from './serve-kill.ts';
import { imageScenario } from './image-scenarios.ts';
import { killAtMoment } from './kill-moment.ts';
import { noteCalls } from './note-calls.ts';
import type { Scenario, Stage } from './stage.ts';
import { volumeScenario } from './volume-scenarios.ts';
import { noneMet, walkFaults } from './walk.ts';
import { walkPart } from './walk-parts.ts';

const VOLUME_COMMANDS = ['generate', 'generate by two workers', 'fix', 'clear', 'restore'] as const;
const IMAGE_COMMANDS = ['pregenerate', 'pregenerate by two workers', 'fix of images', 'clear of images', 'restore of images'] as const;
/** Of each command: kills at random moments, and at calls of each of its processes. */
const SMALL = { moments: 1, tries: 2, upgrades: 2, serves: 1 } as const;
/** Kills at random moments of each command in the full dose, and of one portion. */
const FULL_MOMENTS = 1_000;
const PORTION_MOMENTS = 40;
const PORTION_CALLS = 40;
/** Bringing a catalog up to date takes as long as starting the process that does it. */
const UPGRADE_MS = 400;

const KILLED: readonly Scenario[] = [...VOLUME_COMMANDS.map((name) => volumeScenario(name)), ...IMAGE_COMMANDS.map((name) => imageScenario(name))];

/** With one worker, and with two. */
const IN_TWO_WAYS = [['generate', 'generate by two workers'], ['pregenerate', 'pregenerate by two workers']] as const;

/** @param wholeMs what an undisturbed run takes */
async function killAtRandom(stage: Stage, wholeMs: number, moments: number, draw: Draw, violations: Violations): Promise<number> {
  let midway = 0;
  for (let n = 0; n < moments; n++) {
    const { wasKilled, violations: found } = await killAtMoment(stage, () => sleep((wholeMs * draw.below(1_000)) / 1_000));
    if (wasKilled) midway++;
    violations.addAll(found.map((violation) => `${stage.scenario.name}, killed at random (${n}): ${violation}`));
  }
  return midway;
}

async function onStage<T>(scenario: Scenario, work: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await scenario.open();
  try {
    return await work(stage);
  } finally {
    await stage.close();
  }
}

async function wholeMsOf(stage: Stage): Promise<number> {
  stage.reset();
  const startedAt = performance.now();
  await stage.start({}).ended;
  return performance.now() - startedAt;
}

function* randomMoments(count: number, draw: Draw): Generator<Strike> {
  for (let n = 0; n < count; n++) yield { afterMs: draw.below(UPGRADE_MS) };
}

function* callsFrom(first: number, count: number): Generator<Strike> {
  for (let n = 0; n < count; n++) yield { atCall: first + n };
}

/** @returns kills at random moments, and at calls */
async function killSomeUpgrades(draw: Draw, violations: Violations): Promise<readonly [moments: number, calls: number]> {
  let [moments, calls] = [0, 0];
  for (let n = 0; n < SMALL.upgrades; n++) {
    const catalog = draw.oneOf(OLD_CATALOGS);
    const random = await killUpgrades(catalog, randomMoments(1, draw));
    const walk = await killUpgrades(catalog, callsFrom(1 + draw.below(40), 2));
    violations.addAll([...random.violations, ...walk.violations]);
    moments += random.kills;
    calls += walk.kills;
  }
  return [moments, calls];
}

function momentsPart(scenario: Scenario): Part {
  return {
    name: `${scenario.name}, killed at random moments`,
    unit: `kills at random moments of ${KILLED.length} commands, all that is made counted`,
    asked: FULL_MOMENTS,
    portion: PORTION_MOMENTS,
    problem: () => scenario.problem?.(),
    run: async ({ seed, count }: PortionContext) => {
      const violations = new Violations();
      const midway = await onStage(scenario, async (stage) => await killAtRandom(stage, await wholeMsOf(stage), count, createDraw(seed), violations));
      return { done: count, violations: violations.all(), figures: { 'killed at random midway': midway } };
    },
  };
}

function upgradeParts(catalog: OldCatalog): Part[] {
  return [
    {
      name: `${nameOf(catalog)} at random moments`,
      unit: 'kills of catalog upgrades at random moments',
      asked: Math.ceil(FULL_MOMENTS / OLD_CATALOGS.length),
      portion: PORTION_MOMENTS,
      run: async ({ seed, count }) => {
        const { kills, violations } = await killUpgrades(catalog, randomMoments(count, createDraw(seed)));
        return { done: count, violations, figures: { 'upgrades killed midway': kills } };
      },
    },
    {
      name: `${nameOf(catalog)} at every call`,
      unit: 'kills of catalog upgrades at calls of SQLite',
      asked: undefined,
      portion: PORTION_CALLS,
      problem: () => upgradeProblem(),
      run: async ({ from, count }) => {
        const { kills, isEnd, violations } = await killUpgrades(catalog, callsFrom(1 + from, count));
        return { done: kills, isEnd, violations };
      },
    },
  ];
}

export const killCampaign: Campaign = {
  name: 'kill',
  title: 'Kill',
  attempt: 'SIGKILL of the command with all its workers, at random moments and at one file-system call after the other, of `generate` (with one worker and with two), `fix`, `clear` and `quarantine restore` over three items, of `pregenerate` (likewise), `fix`, `clear` and `quarantine restore` over three images, and of whatever brings a catalog of any earlier version up to date, there also at the calls of SQLite; and of `larder serve` with all its workers while a job runs in it.',
  promise: 'nothing partial under a final name; nothing that was there is lost, whether in the cache or set aside; the same command finishes by itself, with the bytes of an undisturbed run; what was made is not made again, whether it had its name or not: over both runs each worker begins at most one entry more than there are to be made, of images too, and at most the downloads under way are repeated; nothing is left over; a catalog is the old one or the new one, with every row; the next `larder serve` offers the job that was under way, and resuming it makes everything.',
  async run({ seed }) {
    const violations = new Violations();
    const draw = createDraw(seed);
    const count = noneMet();
    // In the small dose each of the two commands that make everything is run with one worker or with two.
    const left = new Set<string>(IN_TWO_WAYS.map((names) => draw.oneOf(names)));
    const tried = KILLED.filter((scenario) => scenario.problem?.() === undefined && !left.has(scenario.name));
    const untried = KILLED.filter((scenario) => scenario.problem?.() !== undefined);
    let midway = 0;
    for (const scenario of tried) {
      await onStage(scenario, async (stage) => {
        const noted = await noteCalls(stage);
        midway += await killAtRandom(stage, noted.milliseconds, SMALL.moments, draw, violations);
        await walkFaults(stage, noted, { kinds: ['kill'], roles: scenario.roles, isLasting: false, tries: SMALL.tries }, draw, count, violations);
      });
    }
    const serves = await killServes(SMALL.serves, draw);
    for (const serve of serves) violations.addAll(serve.violations);
    const problem = upgradeProblem();
    const [moments, calls] = problem === undefined ? await killSomeUpgrades(draw, violations) : [0, 0];
    return {
      dose: `${counted(SMALL.moments * tried.length, 'kill')} at random moments (${midway} of them midway) and ${counted(count.met, 'kill')} at file-system calls, over ${tried.length} commands, ${counted(serves.length, 'kill')} of \`larder serve\`; ${counted(moments, 'kill')} of catalog upgrades at random moments and ${calls} at calls of SQLite`,
      violations: violations.all(),
      measured: [...untried.slice(0, 1).map((scenario) => `Nothing was tried on images: ${scenario.problem!()}.`), ...(problem === undefined ? [] : [`No catalog upgrade was killed: ${problem}.`])],
    };
  },
  parts: [...KILLED.map(momentsPart), ...KILLED.flatMap((scenario) => scenario.roles.map((role) => walkPart('kills at file-system calls', { scenario, kind: 'kill', role, isLasting: false }))), serveKillPart, ...OLD_CATALOGS.flatMap(upgradeParts)],
};
