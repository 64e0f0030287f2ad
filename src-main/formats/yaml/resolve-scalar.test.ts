import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { resolvePlainScalar } from './resolve-scalar.ts';

/** A plain scalar and what PyYAML 6.0.2 made of it, by e2e/oracle/text_formats.py. */
type Case = [text: string, expected: { readonly kind: string; readonly value?: string | boolean }];
const cases = JSON.parse(readFileSync(new URL('__fixtures__/pyyaml-scalars.json', import.meta.url), 'utf8')) as Case[];

function answer(text: string): Case[1] {
  const resolved = resolvePlainScalar(text);
  if ('problem' in resolved) return { kind: 'error' };
  switch (resolved.kind) {
    case 'null':
    case 'timestamp':
      return { kind: resolved.kind };
    case 'int':
    case 'float':
      return { kind: resolved.kind, value: String(resolved.value) };
    default:
      return { kind: resolved.kind, value: resolved.value };
  }
}

/** Python's text of a float to JavaScript's. */
function comparable({ kind, value }: Case[1]): Case[1] {
  if (kind !== 'float') return value === undefined ? { kind } : { kind, value };
  const special = { inf: 'Infinity', '-inf': '-Infinity', nan: 'NaN' }[String(value)];
  return { kind, value: special ?? String(Number(value)) };
}

describe('resolvePlainScalar', () => {
  test('agrees with PyYAML on every scalar of the fixture', () => {
    expect(cases.length).toBeGreaterThan(1900);
    const disagreements = cases
      .map(([text, expected]) => ({ text, expected: comparable(expected), found: answer(text) }))
      .filter(({ expected, found }) => JSON.stringify(expected) !== JSON.stringify(found));
    expect(disagreements).toEqual([]);
  });

  test('minus zero keeps its sign as a float and has none as an int', () => {
    expect(resolvePlainScalar('-0.0')).toEqual({ kind: 'float', value: -0 });
    expect(resolvePlainScalar('-0')).toEqual({ kind: 'int', value: 0n });
  });

  test('a number of absurd length is a problem, not a stall', () => {
    expect(resolvePlainScalar('9'.repeat(5000))).toHaveProperty('problem');
    expect(resolvePlainScalar(`0x${'f'.repeat(20_000)}`)).toHaveProperty('problem');
  });
});
