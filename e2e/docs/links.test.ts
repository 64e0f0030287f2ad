import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENTS = ['README.md', ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.md')).map((file) => join('docs', file))];
const LINK = /\]\(([^)\s]+)\)/g;
/** Files of the sources that a document names in code font, by their whole path. */
const SOURCE_PATH = /`((?:src-main|src-renderer|src-preload|e2e|resources|bin)\/[\w./-]+\.(?:ts|json|md|py|mjs|yaml))`/g;

describe.each(DOCUMENTS)('%s', (document) => {
  const text = readFileSync(join(ROOT, document), 'utf8');

  it('links to files that exist', () => {
    const targets = Array.from(text.matchAll(LINK), (match) => match[1]!.split('#')[0]!).filter((target) => target !== '' && !/^[a-z]+:/.test(target));
    expect(targets.filter((target) => !existsSync(join(ROOT, dirname(document), target)))).toEqual([]);
  });

  it('names source files that exist', () => {
    const paths = Array.from(text.matchAll(SOURCE_PATH), (match) => match[1]!);
    expect(paths.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});
