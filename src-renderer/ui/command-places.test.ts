import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { COMMAND_PLACES } from './command-places.ts';

const ROOT = join(import.meta.dirname, '..');
const sources = readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.tsx?$/.test(name) && !/\.test\.tsx?$/.test(name) && !name.endsWith('command-places.ts'))
  .map((name) => readFileSync(join(ROOT, name), 'utf8'))
  .join('\n');

describe('places that show a command', () => {
  it.each(COMMAND_PLACES)('%s: one of them in the sources', (place) => {
    const written = [`'${place}'`, `"${place}"`].reduce((count, literal) => count + sources.split(literal).length - 1, 0);
    expect(written).toBe(1);
  });

  it('are all of the component that copies', () => {
    // What only writes about a command, in backticks inside a sentence, is not copied.
    const clipboards = sources.split('navigator.clipboard').length - 1;
    expect(clipboards).toBe(1);
  });
});
