import type { Campaign } from '../campaign.ts';
import type { Part, PortionContext } from './part.ts';
import type { FullProgress, Portion } from './progress.ts';
import { beginProgress, isWhole, nextPortion, ofParts, placeOf, portionSeed, withPortion } from './progress.ts';
import { STOPPED, runPortion } from './run-portion.ts';

export interface FullOptions {
  readonly seed: number;
  readonly python: string | undefined;
  /** Portions at a time; a campaign that is timed has the machine to itself. */
  readonly lanes: number;
  /** No portion is begun after it. */
  readonly untilMs: number;
  /** A stop: portions under way are given up. */
  readonly signal: AbortSignal;
  readonly read: (campaign: string) => FullProgress | undefined;
  /** Called after every portion. */
  readonly keep: (campaign: string, progress: FullProgress) => void;
  readonly say: (line: string) => void;
}

const today = (): string => new Date().toISOString().slice(0, 10);

/** Parts that can be done here; of the others it is said why not. */
export function doable(campaign: Campaign, context: Pick<PortionContext, 'python'>, say: (line: string) => void): Part[] {
  return campaign.parts.filter((part) => {
    const problem = part.problem?.(context);
    if (problem !== undefined) say(`${campaign.title}: ${part.name} is left out: ${problem}`);
    return problem === undefined;
  });
}

/** One campaign after the other, so many portions at a time; the one that had the least time goes first. */
export async function runFull(campaigns: readonly Campaign[], options: FullOptions): Promise<readonly FullProgress[]> {
  const states = campaigns.map((campaign) => new Going(campaign, options));
  const isOver = (): boolean => options.signal.aborted || Date.now() >= options.untilMs;
  const share = async (going: readonly Going[], lanes: number): Promise<void> => {
    const lane = async (): Promise<void> => {
      while (!isOver()) {
        const next = going.toSorted((a, b) => a.spentAndTaken - b.spentAndTaken).map((one) => one.take()).find((work) => work !== undefined);
        if (next === undefined) return;
        await next();
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };
  await share(states.filter(({ campaign }) => campaign.isTimed !== true), options.lanes);
  await share(states.filter(({ campaign }) => campaign.isTimed === true), 1);
  return states.map(({ progress }) => progress);
}

/** A campaign on its way. */
class Going {
  readonly campaign: Campaign;
  progress: FullProgress;
  /** Minutes in this start. */
  #spent = 0;
  readonly #options: FullOptions;
  readonly #parts: readonly Part[];
  readonly #taken = new Set<string>();
  readonly #triedAgain = new Set<string>();
  #isCounted = false;

  constructor(campaign: Campaign, options: FullOptions) {
    this.campaign = campaign;
    this.#options = options;
    const kept = options.read(campaign.name);
    this.progress = kept?.seed === options.seed ? ofParts(kept, campaign.parts) : beginProgress(options.seed, today());
    this.#parts = isWhole(campaign.parts, this.progress) ? [] : doable(campaign, options, options.say);
  }

  /** A portion under way counts a minute. */
  get spentAndTaken(): number {
    return this.#spent + this.#taken.size;
  }

  /** The next portion, to be run; undefined if there is none for now. */
  take(): (() => Promise<void>) | undefined {
    const portion = nextPortion(this.#parts, this.progress, this.#taken, this.#triedAgain);
    if (portion === undefined) return undefined;
    return async () => {
      this.#taken.add(portion.part);
      if (portion.isAgain) this.#triedAgain.add(placeOf(portion));
      await this.#run(portion);
      this.#taken.delete(portion.part);
    };
  }

  async #run(portion: Portion): Promise<void> {
    const { seed, python, signal, say, keep } = this.#options;
    const startedAt = performance.now();
    const outcome = await runPortion({ campaign: this.campaign.name, part: portion.part, seed: portionSeed(seed, this.campaign.name, portion), printedSeed: seed, from: portion.from, count: portion.count, python }, signal);
    const minutes = (performance.now() - startedAt) / 60_000;
    this.#spent += minutes;
    if (outcome === STOPPED) return;
    this.progress = withPortion(this.progress, portion, outcome, minutes, today());
    if (!this.#isCounted) this.progress = { ...this.progress, runs: this.progress.runs + 1 };
    this.#isCounted = true;
    keep(this.campaign.name, this.progress);
    say(`${this.campaign.title}: ${portion.part}: ${portion.from + outcome.done}${outcome.isEnd === true ? ', the end' : ''} (${(minutes * 60).toFixed(0)} s)${outcome.violations.length === 0 ? '' : `, found at ${placeOf(portion)}+${portion.count}:`}`);
    for (const violation of outcome.violations) say(`  ! ${violation}`);
  }
}
