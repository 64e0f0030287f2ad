import type { Page, WebSocket } from 'playwright';
import { expect } from 'vitest';
import type { CommandPlace } from '../../../src-renderer/ui/command-places.ts';
import type { ChangingMethod } from './changes.ts';
import { CHANGING } from './changes.ts';
import type { Suite } from './places.ts';
import { TESTED_IN } from './places.ts';

interface Round {
  readonly typed: Set<CommandPlace>;
  readonly called: Set<string>;
}

/** What a story has copied and run, and what its page has called, from one comparison to the next. */
export class Rounds {
  readonly #rounds: Round[] = [];
  #now: Round = { typed: new Set(), called: new Set() };

  /** @param page before it is opened: what it calls is heard on its socket */
  constructor(page: Page) {
    page.on('websocket', (socket: WebSocket) => socket.on('framesent', ({ payload }) => this.#hear(String(payload))));
  }

  typed(place: CommandPlace): void {
    this.#now.typed.add(place);
  }

  compared(): void {
    this.#rounds.push(this.#now);
    this.#now = { typed: new Set(), called: new Set() };
  }

  /** Fails unless every place of the suite was copied, run and compared, and beside it what its click has to call. */
  expectAllRun(suite: Suite): void {
    const places = Object.entries(TESTED_IN).filter(([, where]) => where === suite).map(([place]) => place as CommandPlace);
    const left = places.filter((place) => !this.#rounds.some(({ typed }) => typed.has(place)));
    expect(left, 'neither copied nor compared').toEqual([]);
    const unclicked = clicksOf(suite).filter(([method, place]) => !this.#rounds.some(({ typed, called }) => typed.has(place) && called.has(method)));
    expect(unclicked, 'compared with no click').toEqual([]);
  }

  #hear(frame: string): void {
    const { type, method } = JSON.parse(frame) as { readonly type: string; readonly method?: string };
    if (type === 'call' && method !== undefined) this.#now.called.add(method);
  }
}

/** The methods that a suite has to see called beside the commands that do the same. */
function clicksOf(suite: Suite): readonly (readonly [ChangingMethod, CommandPlace])[] {
  return Object.entries(CHANGING).flatMap(([method, shownAt]) => {
    if (typeof shownAt === 'string') return [];
    return Object.entries(shownAt).filter(([, suites]) => suites.includes(suite)).map(([place]) => [method as ChangingMethod, place as CommandPlace] as const);
  });
}
