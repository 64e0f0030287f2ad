import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import type { PythonEnd } from './beside-python.ts';
import { fetchByPython } from './beside-python.ts';
import type { Fetched } from './check.ts';
import { networkViolations } from './check.ts';
import { fetchBySchedule } from './fetches.ts';
import { numberedSchedule } from './schedule.ts';
import { watchStall } from './stall.ts';

const SMALL = { schedules: 80, python: 6, pythonGivenUpMs: 12_000 } as const;
const FULL = 1_000;
/** Most of them wait. */
const AT_ONCE = 8;
const PYTHON_AT_ONCE = 3;
const PYTHON_GIVEN_UP_MS = 40_000;
const AWAY = 'redirects to another host that were followed there';

/** Runs tasks by number, some at once, and gives their results in order. */
async function inParallel<T>({ from, count }: Numbers, atOnce: number, task: (n: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = from;
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let n = next++; n < from + count; n = next++) results[n - from] = await task(n);
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

/** Schedules by their numbers. */
interface Numbers {
  readonly from: number;
  readonly count: number;
}

/** Downloads over so many schedules, and how they ended. */
async function fetchByLarder(seed: number, numbers: Numbers): Promise<{ readonly violations: readonly string[]; readonly figures: Readonly<Record<string, number>> }> {
  const fetched = await inParallel(numbers, AT_ONCE, (n) => fetchBySchedule(numberedSchedule(seed, n)));
  const figures: Record<string, number> = { [AWAY]: fetched.reduce((sum, { away }) => sum + away, 0) };
  for (const { failure } of fetched) figures[`ended with ${failure ?? 'the right bytes'}`] = (figures[`ended with ${failure ?? 'the right bytes'}`] ?? 0) + 1;
  return { violations: fetched.flatMap(networkViolations), figures };
}

async function fetchAll({ seed, python }: Pick<CampaignContext, 'seed' | 'python'>, dose: NetworkDose): Promise<CampaignOutcome> {
  const violations = new Violations();
  const [fetched, byPython] = await Promise.all([
    inParallel({ from: 0, count: dose.schedules }, AT_ONCE, (n) => fetchBySchedule(numberedSchedule(seed, n))),
    python === undefined ? [] : inParallel({ from: 0, count: dose.python }, PYTHON_AT_ONCE, (n) => fetchByPython(python, numberedSchedule(seed, n), dose.pythonGivenUpMs)),
  ]);
  for (const one of fetched) violations.addAll(networkViolations(one));
  const away = fetched.reduce((sum, { away: count }) => sum + count, 0);
  if (away === 0) violations.add('no redirect to another host was followed: where the token goes was not tried');
  const measured = [ends(fetched), `${counted(away, 'redirect')} to another host were followed there.`];
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
  attempt: 'random schedules of resets, 429, 5xx, refusals, stalls, drips, wrong lengths, wrong bytes of the right length, ignored and shifted ranges, expired links, changed identities, hops, redirects to a host of somebody else, encoded bodies and login pages, at the Hub and at its storage; and a `larder generate` whose downloads stop in the middle.',
  promise: 'the right bytes or a failure by its stable name, within a minute; the right bytes as soon as the network is sound; the token goes with every request to the Hub, and with none to another host, in whatever place of it; the shown speed is 0 within 3 s of a stall.',
  run: (context) => fetchAll(context, SMALL),
  parts: [
    {
      name: 'numbered schedules',
      unit: 'random schedules by number',
      asked: FULL,
      portion: 100,
      run: async (context) => {
        const { violations, figures } = await fetchByLarder(context.printedSeed, context);
        const stall = await watchStall();
        return { done: context.count, violations: [...violations, ...(stall === undefined ? [] : [`stall: ${stall}`])], figures };
      },
    },
    {
      name: 'the same numbers, huggingface_hub',
      unit: 'of the same schedules for `huggingface_hub`, beside it',
      asked: FULL,
      portion: 20,
      problem: ({ python }) => (python === undefined ? 'there is no interpreter with huggingface_hub' : undefined),
      run: async (context) => {
        const ends = await inParallel(context, PYTHON_AT_ONCE, (n) => fetchByPython(context.python!, numberedSchedule(context.printedSeed, n), PYTHON_GIVEN_UP_MS));
        return { done: context.count, violations: [], figures: Object.fromEntries(PYTHON_ENDS.map((end) => [`huggingface_hub: ${PYTHON_WORDS[end]}`, ends.filter((one) => one === end).length])) };
      },
    },
  ],
};
