import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { describe, expect, it } from 'vitest';
import { METHOD_SCHEMAS } from '../../src-main/engine/bridge/method-schemas.ts';
import type { CommandPlace } from '../../src-renderer/ui/command-places.ts';
import type { ShownAt } from '../browser/copied-commands/changes.ts';
import { CHANGING, LOOKING } from '../browser/copied-commands/changes.ts';
import type { Suite } from '../browser/copied-commands/places.ts';
import { TESTED_IN } from '../browser/copied-commands/places.ts';
import { importsOf } from './rooms.ts';

const ROOT = join(import.meta.dirname, '../..');
const STORIES = join(ROOT, 'e2e/browser/copied-commands');
/** The component that shows a command and the module that makes the call are the same, or so many imports apart. */
const IMPORTS_APART_MAX = 2;

/** Sources of the page by their path in it. */
const sources = new Map(
  readdirSync(join(ROOT, 'src-renderer'), { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll('\\', '/'))
    .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.endsWith('command-places.ts'))
    .map((name) => [name, readFileSync(join(ROOT, 'src-renderer', name), 'utf8')]),
);
const imports = new Map([...sources].map(([name, text]) => [name, importsOf(text).map((path) => posix.join(dirname(name), path))]));

const holds = (text: string, literal: string): boolean => text.includes(`'${literal}'`) || text.includes(`"${literal}"`);
const filesWith = (literal: string): readonly string[] => [...sources].filter(([, text]) => holds(text, literal)).map(([name]) => name);

/** What a file imports, itself included, so many steps deep. */
function reach(file: string, steps: number): ReadonlySet<string> {
  const reached = new Set([file]);
  let last: readonly string[] = [file];
  for (let step = 0; step < steps; step += 1) {
    last = last.flatMap((name) => imports.get(name) ?? []);
    for (const name of last) reached.add(name);
  }
  return reached;
}

const changing = Object.entries(CHANGING);
const shown = changing.filter((row): row is [string, ShownAt] => typeof row[1] !== 'string');
const pairs = shown.flatMap(([method, at]) => Object.entries(at).flatMap(([place, suites]) => suites.map((suite) => [method, place as CommandPlace, suite] as const)));

describe('what a page can do', () => {
  it('is known for every method that a window can call, once', () => {
    expect([...LOOKING, ...Object.keys(CHANGING)].sort()).toEqual(Object.keys(METHOD_SCHEMAS).sort());
  });

  it.each(changing)('%s: shown as a command somewhere, or with a reason why there is none', (_method, at) => {
    if (typeof at === 'string') expect(at).toMatch(/^[A-Z].{30,}\.$/);
    else expect(Object.keys(at).length).toBeGreaterThan(0);
  });

  it.each(shown)('%s: called only where its command is shown', (method, at) => {
    const callers = filesWith(method);
    const places = Object.keys(at).flatMap(filesWith);
    expect(callers.length, 'no page calls it').toBeGreaterThan(0);
    const alone = callers.filter((caller) => !places.some((place) => reach(place, IMPORTS_APART_MAX).has(caller) || reach(caller, 1).has(place)));
    expect(alone).toEqual([]);
  });

  it.each(pairs)('%s, %s: copied, run and compared by the story of %s', (_method, place, suite) => {
    const file = suite === 'room' ? join(STORIES, '../space.test.ts') : join(STORIES, `${suite}.test.ts`);
    const text = readFileSync(file, 'utf8');
    expect(holds(text, place)).toBe(true);
    // What the browser has called, and that the two were compared, is what the story itself has seen when it ends.
    expect(text).toContain(`.expectAllRun('${suite}')`);
  });

  it('is told at no place that no story runs', () => {
    const stories = new Set<Suite>(Object.values(TESTED_IN));
    expect(pairs.filter(([, , suite]) => !stories.has(suite))).toEqual([]);
  });
});
