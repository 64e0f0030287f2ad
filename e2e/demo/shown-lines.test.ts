import { describe, expect, it } from 'vitest';
import { ShownLines, wrap } from './shown-lines.ts';
import type { LeftOut } from './shown-lines.ts';

function shown(lines: readonly string[], leftOut?: LeftOut): string[] {
  const said: string[] = [];
  const view = new ShownLines((line) => said.push(line), leftOut);
  for (const line of lines) view.show(line);
  view.end();
  return said;
}

describe('what the demo shows of a command', () => {
  it('indents', () => {
    expect(shown(['Plan', '  required  16'])).toEqual(['  | Plan', '  |   required  16']);
  });

  it('counts further lines of one sort, and begins anew after another sort', () => {
    expect(shown(['made    a', 'made    b', 'made    c', 'made    d', 'failed  e', 'made    f', 'Done.'])).toEqual([
      '  | made    a',
      '  | made    b',
      '  | made    … 2 more',
      '  | failed  e',
      '  | made    f',
      '  | Done.',
    ]);
  });

  it('counts at the end too', () => {
    expect(shown(['made    a', 'made    b', 'made    c'])).toEqual(['  | made    a', '  | made    b', '  | made    … 1 more']);
  });

  it('points once at lines that stood there before', () => {
    expect(shown(['Plan for x', '  a', '  b', 'made    c'], { lines: /^Plan|^ {2}/, say: '… as above' })).toEqual(['  | … as above', '  | made    c']);
  });
});

describe('wrapping', () => {
  it('breaks at spaces, with the rest hanging', () => {
    expect(wrap('one two three four five', 12)).toEqual(['one two', '      three', '      four', '      five']);
  });

  it('leaves a line that just fits', () => {
    expect(wrap('x'.repeat(20), 20)).toEqual(['x'.repeat(20)]);
  });

  it('breaks a word that is longer than a line', () => {
    const pieces = wrap(`see ${'x'.repeat(50)}`, 20);
    expect(pieces.every((piece) => piece.length <= 20)).toBe(true);
    expect(pieces.join('').replaceAll(' ', '')).toBe(`see${'x'.repeat(50)}`);
  });
});
