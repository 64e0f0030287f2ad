import { expect, it } from 'vitest';
import type { Part, PortionOutcome } from './part.ts';
import { beginProgress, isWhole, nextPortion, ofParts, portionSeed, withPortion } from './progress.ts';
import type { FullProgress, Portion } from './progress.ts';
import { fullCell, fullLines, reachedOf } from './reached.ts';

const part = (name: string, asked: number | undefined, portion: number, unit = 'tries'): Part => ({ name, unit, asked, portion, run: () => Promise.reject(new Error('not run here')) });
const held = (done: number): PortionOutcome => ({ done, violations: [] });
const NONE = new Set<string>();

function follow(parts: readonly Part[], progress: FullProgress, outcomeOf: (portion: Portion) => PortionOutcome, most = 100): { readonly portions: readonly Portion[]; readonly progress: FullProgress } {
  const portions: Portion[] = [];
  const tried = new Set<string>(progress.broken.map(({ part: name, from }) => `${name}@${from}`));
  let now = progress;
  for (let n = 0; n < most; n++) {
    const portion = nextPortion(parts, now, NONE, tried);
    if (portion?.isAgain === true) tried.add(`${portion.part}@${portion.from}`);
    if (portion === undefined) break;
    portions.push(portion);
    now = withPortion(now, portion, outcomeOf(portion), 1, '2026-02-01');
  }
  return { portions, progress: now };
}

it('goes through a dose in portions, none twice and none left out, and the last one is shorter', () => {
  const parts = [part('a', 25, 10)];
  const { portions, progress } = follow(parts, beginProgress(1, '2026-01-31'), ({ count }) => held(count));
  expect(portions.map(({ from, count }) => [from, count])).toEqual([[0, 10], [10, 10], [20, 5]]);
  expect(isWhole(parts, progress)).toBe(true);
  expect(reachedOf(parts, progress)).toEqual(['25 of 25 tries']);
});

it('goes on where it was stopped, with the same portions and seeds as without a stop', () => {
  const parts = [part('a', 25, 10), part('b', 40, 10)];
  const whole = follow(parts, beginProgress(1, '2026-01-31'), ({ count }) => held(count)).portions;
  const first = follow(parts, beginProgress(1, '2026-01-31'), ({ count }) => held(count), 3);
  const kept = JSON.parse(JSON.stringify(first.progress)) as FullProgress;
  expect([...first.portions, ...follow(parts, kept, ({ count }) => held(count)).portions]).toEqual(whole);
  expect(portionSeed(1, 'kill', whole[2]!)).toBe(portionSeed(1, 'kill', { ...whole[2]! }));
  expect(new Set(whole.map((portion) => portionSeed(1, 'kill', portion))).size).toBe(whole.length);
});

it('a walk ends where the fault was met no more, and not before', () => {
  const parts = [part('walk', undefined, 10, 'calls')];
  const { progress, portions } = follow(parts, beginProgress(1, '2026-01-31'), ({ from }) => (from === 20 ? { done: 3, isEnd: true, violations: [] } : held(10)));
  expect(portions).toHaveLength(3);
  expect(reachedOf(parts, progress)).toEqual(['23 calls (1 of 1 walk at the end)']);
});

it('what found something does not count, makes nothing whole, and is tried again first', () => {
  const parts = [part('a', 20, 10)];
  const broken = follow(parts, beginProgress(1, '2026-01-31'), ({ count, from }) => ({ done: count, violations: from === 0 ? ['planted'] : [], figures: { seen: count } }), 3).progress;
  expect(reachedOf(parts, broken)).toEqual(['10 of 20 tries']);
  expect(isWhole(parts, broken)).toBe(false);
  expect(fullCell(parts, broken)).toContain('**1 portion found something**');
  expect(fullLines(parts, broken)[0]).toMatch(/^Full dose, not reached yet .*1 portion found something\.$/);
  const again = nextPortion(parts, broken, NONE, NONE)!;
  expect(again).toEqual({ part: 'a', from: 0, count: 10, isAgain: true });
  const repaired = withPortion(broken, again, { ...held(10), figures: { seen: 10 } }, 1, '2026-02-02');
  expect(reachedOf(parts, repaired)).toEqual(['20 of 20 tries']);
  expect(repaired.figures).toEqual({ seen: 20 });
  expect(fullLines(parts, repaired)[0]).toMatch(/^Full dose, reached .*from 2026-01-31 to 2026-02-02/);
});

it('two lanes take different parts, and one that was tried again is not tried for ever', () => {
  const parts = [part('a', 20, 10), part('b', 20, 10)];
  const begun = beginProgress(1, '2026-01-31');
  expect(nextPortion(parts, begun, new Set(['a']), NONE)?.part).toBe('b');
  expect(nextPortion(parts, begun, new Set(['a', 'b']), NONE)).toBeUndefined();
  const broken = withPortion(begun, { part: 'a', from: 0, count: 10, isAgain: false }, { done: 10, violations: ['planted'] }, 1, '2026-02-01');
  expect(nextPortion(parts, broken, NONE, new Set(['a@0']))).toMatchObject({ part: 'b', isAgain: false });
});

it('forgets what a part counted that is no more, and what it found', () => {
  const old = withPortion(withPortion(beginProgress(1, '2026-01-31'), { part: 'old', from: 0, count: 10, isAgain: false }, { done: 10, violations: ['x'] }, 1, '2026-02-01'), { part: 'new', from: 0, count: 5, isAgain: false }, held(5), 1, '2026-02-01');
  const now = ofParts(old, [part('new', 10, 5)]);
  expect(now.parts).toEqual({ new: { done: 5, isEnded: false } });
  expect(now.broken).toEqual([]);
});

it('tells nothing of a part that is no more', () => {
  const old = withPortion(beginProgress(1, '2026-01-31'), { part: 'old', from: 0, count: 10, isAgain: false }, { done: 10, violations: ['planted'], note: 'of old' }, 1, '2026-02-01');
  const both = withPortion(old, { part: 'a', from: 0, count: 10, isAgain: false }, held(10), 1, '2026-02-01');
  const parts = [part('a', 10, 10)];
  expect(fullCell(parts, both)).toBe('10 of 10 tries: all held');
  expect(fullLines(parts, both).join()).not.toContain('of old');
});
