import type { Part } from './full/part.ts';

/** What a campaign is given to work with. */
export interface CampaignContext {
  /** All chance comes from here: the same seed does the same again. */
  readonly seed: number;
  /** An interpreter with PyTorch, to be asked the same; undefined where there is none. */
  readonly python: string | undefined;
  readonly say: (line: string) => void;
}

export interface CampaignOutcome {
  /** What was tried, with numbers. */
  readonly dose: string;
  /** What must not be and was, each with what is needed to see it again; empty is a pass. */
  readonly violations: readonly string[];
  /** Figures that belong beside the dose. */
  readonly measured: readonly string[];
}

/** One way of trying to break Larder. Its checker is a file of its own, tested by planting what it must see. */
export interface Campaign {
  /** Word for `--only`. */
  readonly name: string;
  readonly title: string;
  /** What is done to it. */
  readonly attempt: string;
  /** What must hold all the same. */
  readonly promise: string;
  /** It asserts how soon something happens, and runs alone. */
  readonly isTimed?: true;
  /** The small dose. */
  run(context: CampaignContext): Promise<CampaignOutcome>;
  /** The full dose, in portions. */
  readonly parts: readonly Part[];
}

/** Enough to see what is wrong; a fault of one kind would fill pages. */
const SHOWN = 12;

/** Collects violations, the first dozen in full. */
export class Violations {
  readonly #shown: string[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(violation: string): void {
    this.#count++;
    if (this.#shown.length < SHOWN) this.#shown.push(violation);
  }

  addAll(violations: Iterable<string>): void {
    for (const violation of violations) this.add(violation);
  }

  all(): string[] {
    const more = this.#count - this.#shown.length;
    return more > 0 ? [...this.#shown, `and ${more} more`] : [...this.#shown];
  }
}

/** `12,000 files`, `1 file`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count.toLocaleString('en-US')} ${count === 1 ? one : several}`;
}
