import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { PythonEnd } from './beside-python.ts';
import { fetchByPython } from './beside-python.ts';
import type { Fetched } from './check.ts';
import { networkViolations } from './check.ts';
import { fetchBySchedule } from './fetches.ts';
import { watchStall } from './stall.ts';

const SMALL = { schedules: 80, python: 6, pythonGivenUpMs: 12_000 } as const;
const FULL = 1_000;
/** Most of them wait. */
const AT_ONCE = 8;
const PYTHON_AT_ONCE = 3;
const PYTHON_GIVEN_UP_MS = 40_000;
/** Far apart, so that neighbouring seeds do not give neighbouring chances. */
const SEED_STEP = 7_919;

/** Runs `count` tasks, some at once, and gives their results in order. */
async function inParallel<T>(count: number, atOnce: number, task: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let n = next++; n < count; n = next++) results[n] = await task(n);
    }),
  );
  return results;
}

function ends(fetched: readonly Fetched[]): string {
  const right = fetched.filter(({ sha256, expectedSha256 }) => sha256 === expectedSha256).length;
  const codes = new Map<string, number>();
  for (const { failure } of fetched) if (failure !== undefined) codes.set(failure, (codes.get(failure) ?? 0) + 1);
  return `${right} of ${fetched.length} ended with the right bytes, the others with ${[...codes].toSorted((a, b) => b[1] - a[1]).map(([code, count]) => `${code} (${count})`).join(', ')}; all of them with the right bytes once the network was sound.`;
}

const PYTHON_ENDS = ['right', 'wrong', 'failed', 'hung'] as const satisfies readonly PythonEnd[];
const PYTHON_WORDS: Readonly<Record<PythonEnd, string>> = { right: 'right bytes', wrong: 'wrong bytes handed out as good', failed: 'failed', hung: `not ended after ${PYTHON_GIVEN_UP_MS / 1000} s` };

interface NetworkDose {
  readonly schedules: number;
  readonly python: number;
  readonly pythonGivenUpMs: number;
}

/** Downloads over so many schedules, and how they ended. */
async function fetchByLarder({ seed }: Pick<CampaignContext, 'seed'>, count: number): Promise<{ readonly violations: readonly string[]; readonly figures: Readonly<Record<string, number>> }> {
  const fetched = await inParallel(count, AT_ONCE, (n) => fetchBySchedule(createDraw(seed + n * SEED_STEP), n));
  const figures: Record<string, number> = {};
  for (const { failure } of fetched) figures[`ended with ${failure ?? 'the right bytes'}`] = (figures[`ended with ${failure ?? 'the right bytes'}`] ?? 0) + 1;
  return { violations: fetched.flatMap(networkViolations), figures };
}

async function fetchAll({ seed, python }: Pick<CampaignContext, 'seed' | 'python'>, dose: NetworkDose): Promise<CampaignOutcome> {
  const violations = new Violations();
  const [fetched, byPython] = await Promise.all([
    inParallel(dose.schedules, AT_ONCE, (n) => fetchBySchedule(createDraw(seed + n * SEED_STEP), n)),
    python === undefined ? [] : inParallel(dose.python, PYTHON_AT_ONCE, (n) => fetchByPython(python, seed + n * SEED_STEP, n, dose.pythonGivenUpMs)),
  ]);
  for (const one of fetched) violations.addAll(networkViolations(one));
  const measured = [ends(fetched)];
  // It asserts seconds, and runs alone.
  const stall = await watchStall();
  if (stall !== undefined) violations.add(`stall: ${stall}`);
  if (python !== undefined) {
    const count = (end: PythonEnd): number => byPython.filter((one) => one === end).length;
    measured.push(`Beside it, \`huggingface_hub\` over the first ${byPython.length} of the same schedules: ${count('right')} right, ${count('wrong')} wrong bytes handed out as good, ${count('failed')} failed, ${count('hung')} not ended after ${dose.pythonGivenUpMs / 1000} s.`);
  }
  return { dose: `${counted(dose.schedules, 'random schedule')} and a stall`, violations: violations.all(), measured };
}

export const networkCampaign: Campaign = {
  name: 'network',
  title: 'Network',
  isTimed: true,
  attempt: 'random schedules of resets, 429, 5xx, refusals, stalls, drips, wrong lengths, wrong bytes of the right length, ignored and shifted ranges, expired links, changed identities, hops, encoded bodies and login pages, at the Hub and at its storage; and a `larder generate` whose downloads stop in the middle.',
  promise: 'the right bytes or a failure by its stable name, within a minute; the right bytes as soon as the network is sound; the token goes to the Hub and to no other host; the shown speed is 0 within 3 s of a stall.',
  run: (context) => fetchAll(context, SMALL),
  parts: [
    {
      name: 'schedules',
      unit: 'random schedules',
      asked: FULL,
      portion: 100,
      run: async (context) => {
        const { violations, figures } = await fetchByLarder(context, context.count);
        const stall = await watchStall();
        return { done: context.count, violations: [...violations, ...(stall === undefined ? [] : [`stall: ${stall}`])], figures };
      },
    },
    {
      name: 'python',
      unit: 'random schedules for `huggingface_hub`, beside it',
      asked: FULL,
      portion: 20,
      problem: ({ python }) => (python === undefined ? 'there is no interpreter with huggingface_hub' : undefined),
      run: async (context) => {
        const ends = await inParallel(context.count, PYTHON_AT_ONCE, (n) => fetchByPython(context.python!, context.seed + n * SEED_STEP, n, PYTHON_GIVEN_UP_MS));
        return { done: context.count, violations: [], figures: Object.fromEntries(PYTHON_ENDS.map((end) => [`huggingface_hub: ${PYTHON_WORDS[end]}`, ends.filter((one) => one === end).length])) };
      },
    },
  ],
};
