import type { Result, Running } from '../../invariants/setting.ts';
import type { CacheState } from './check.ts';
import type { FaultRole } from './fault.ts';

/** A command, the state it starts from, and what there must be when all is over. */
export interface Scenario {
  readonly name: string;
  /** Who works on files: the command alone, or its worker too. */
  readonly roles: readonly FaultRole[];
  /** Why it cannot be tried here; undefined where it can. */
  problem?(): string | undefined;
  /** It makes entries one by one: where one alone fails, the others are made. */
  readonly isPerItem: boolean;
  open(): Promise<Stage>;
}

export interface StageItem {
  readonly key: string;
  /** One of these is in the path of every file that is about this item and no other. */
  readonly marks: readonly string[];
  /** Files of its entry, as paths in the cache. */
  readonly files: readonly string[];
}

/** A scenario that can be begun again and again from the same state. */
export interface Stage {
  readonly scenario: Scenario;
  /** Everything the command touches. */
  readonly root: string;
  /** The project alone: the cache and what it is made of, without Larder's own data. */
  readonly project: string;
  /** What it is run on; each of them is in the cache in the end, unless the command removes it. */
  readonly items: readonly StageItem[];
  reset(): void;
  /**
   * @param more words behind those of the command
   * @param through a program that runs it, with its own words
   */
  start(environment: Readonly<Record<string, string>>, more?: readonly string[], through?: readonly string[]): Running;
  /** The same command, undisturbed, in this process: what a kill asks of the next start costs no start. */
  again(): Promise<Result>;
  look(): CacheState;
  /** What does not hold now, and must at any moment. */
  atAnyMoment(before: CacheState, now: CacheState): string[];
  /** What does not hold after `again`. @param cut what there was when the first one ended */
  inTheEnd(before: CacheState, cut: CacheState, now: CacheState): string[];
  /** What workers began to make since `reset`, and what an undisturbed run makes. */
  made(): { readonly count: number; readonly due: number };
  /** What both runs made that had been made before the first one was killed, beyond an item for each worker. */
  madeTwice(): string[];
  close(): Promise<void>;
}
