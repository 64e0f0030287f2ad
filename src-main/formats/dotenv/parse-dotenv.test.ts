import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseDotenv } from './parse-dotenv.ts';

/** Text of a file and what python-dotenv 1.2.4 made of it, by e2e/oracle/text_formats.py. */
const cases = JSON.parse(readFileSync(new URL('__fixtures__/python-dotenv.json', import.meta.url), 'utf8')) as [
  string,
  Record<string, string>,
][];
/** What the script had in its environment. */
const ENVIRONMENT = { HOME2: 'environment' };

describe('parseDotenv', () => {
  test('agrees with python-dotenv on every file of the fixture', () => {
    expect(cases.length).toBeGreaterThan(700);
    const disagreements = cases
      .map(([text, expected]) => ({ text, expected, found: Object.fromEntries(parseDotenv(text, ENVIRONMENT).values) }))
      .filter(({ expected, found }) => JSON.stringify(Object.entries(expected).sort()) !== JSON.stringify(Object.entries(found).sort()));
    expect(disagreements).toEqual([]);
  });

  test('names the lines it cannot read and goes on', () => {
    const { values, unreadableLines } = parseDotenv('A=1\n=2\nB="open\nC=3\n');
    expect(Object.fromEntries(values)).toEqual({ A: '1', C: '3' });
    expect(unreadableLines).toEqual([2, 3]);
  });

  test('the environment wins over names above', () => {
    expect(parseDotenv('A=file\nB=${A}', { A: 'outside' }).values.get('B')).toBe('outside');
  });
});
