import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createDraw } from '../draw.ts';
import { hostileViolation } from './check.ts';
import { fuzz } from './fuzz.ts';
import { hostilePickles, hostileZips } from './known.ts';
import { mutate } from './mutate.ts';
import { answerOf } from './target.ts';
import { TARGETS } from './targets.ts';

const found = mkdtempSync(join(tmpdir(), 'larder-found-'));
afterAll(() => rmSync(found, { recursive: true, force: true }));
const MODULE = join(import.meta.dirname, 'planted-targets.ts');

describe('the checker', () => {
  it('lets a finding by name and a sound file pass, and nothing else', () => {
    for (const answer of ['sound', 'unsafe-global', 'bad-pickle', 'NIFTI_INVALID']) expect(hostileViolation({ what: 'x', answer, ms: 3 })).toBeUndefined();
    expect(hostileViolation({ what: 'x', answer: 'threw RangeError', ms: 3 })).toBe('x: threw RangeError');
    expect(hostileViolation({ what: 'x', answer: 'INTERNAL', ms: 3 })).toBe('x: INTERNAL');
    expect(hostileViolation({ what: 'x', answer: 'sound', ms: 6000 })).toMatch(/after 6\.0 s/);
  });

  it.each(['sound', 'refuses'])('has nothing to say about a reader that is %s', async (target) => {
    expect((await fuzz({ module: MODULE, target, seed: 1, cpuMilliseconds: 100, wallMilliseconds: 200, corpus: [] }, found)).violations).toEqual([]);
  });

  it.each([
    ['throws', /threw TypeError/],
    ['hangs', /no answer for [123]\d s to /],
    ['hoards', /MB of memory|ended with/],
    ['reads outside', /ERR_ACCESS_DENIED|Access to this API has been restricted/],
    ['writes outside', /ERR_ACCESS_DENIED|Access to this API has been restricted/],
    ['runs code', /ERR_ACCESS_DENIED|Access to this API has been restricted/],
    ['evaluates', /EvalError/],
    ['leaves a file', /made escaped/],
  ] as const)('sees a reader that %s', async (target, pattern) => {
    const { violations } = await fuzz({ module: MODULE, target, seed: 1, cpuMilliseconds: target === 'hoards' ? 8_000 : 500, wallMilliseconds: target === 'hoards' ? 8_000 : 1_500, corpus: [] }, found);
    expect(violations.join('\n')).toMatch(pattern);
  });
});

it('an input that breaks something is kept whole, and one that reaches new code is grown from', async () => {
  const { violations } = await fuzz({ module: MODULE, target: 'throws', seed: 1, cpuMilliseconds: 50, wallMilliseconds: 500, corpus: [] }, found);
  const path = /kept as (\S+)$/.exec(violations[0]!)![1]!;
  expect(readFileSync(path).length).toBe(Number(/\((\d+) bytes\)/.exec(violations[0]!)![1]));
  // Three inputs of one way through the reader, and one of another.
  const corpus = ['a: 1', 'b: 2', 'c: 3', '? [x'].map((text) => Buffer.from(text).toString('base64'));
  const { news, blocks } = await fuzz({ module: join(import.meta.dirname, 'targets.ts'), target: 'yaml', seed: 1, cpuMilliseconds: 1, wallMilliseconds: 500, corpus }, found);
  expect(blocks).toBeGreaterThan(100);
  expect(news.filter((input) => corpus.slice(0, 3).includes(input)).length).toBeLessThanOrEqual(1);
});

it('mutations differ, stay short and repeat with their seed', () => {
  const input = Buffer.from('a sound file of some length, long enough to be cut');
  const run = (): string[] => {
    const draw = createDraw(3);
    return Array.from({ length: 200 }, () => mutate(input, input, [Buffer.from('word')], draw).toString('base64'));
  };
  expect(run()).toEqual(run());
  expect(new Set(run()).size).toBeGreaterThan(150);
});

describe('the known hostile files', () => {
  const target = (name: string): (typeof TARGETS)[number] => TARGETS.find((one) => one.name === name)!;

  /** A list of 240,000 times None, which is wide and no more than that: Python reads it too. */
  const WIDE = 9;

  it.each(hostilePickles().map((pickle, n) => [n, pickle] as const))('pickle %i is refused by name, unless it is only wide', async (n, pickle) => {
    const { answer } = await answerOf(target('pickle'), pickle, '/nowhere');
    if (n === WIDE) expect(answer).toBe('sound');
    else expect(answer).toMatch(/^(unsafe-global|bad-pickle|size-mismatch|bad-view|wrong-shape|TORCH_INVALID)$/);
  });

  it.each(hostileZips().slice(1).map((zip, n) => [n, zip] as const))('archive %i is refused by name or harmless', async (_, zip) => {
    expect(hostileViolation({ what: 'zip', ...(await answerOf(target('pt'), zip, '/nowhere')) })).toBeUndefined();
  });
});
