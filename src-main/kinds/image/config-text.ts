import { resolve } from 'node:path';
import type { PregenerateChoices } from '../../contract/commands.ts';

/**
 * A config that says what the flags said, so that a job can be resumed and a cache remembers what it
 * was made from. Folders become absolute; what was not said is left to the defaults.
 */
export function imageConfigText(choices: PregenerateChoices, cwd: string): string {
  const { cacheDir, corpusDir, fontsDir, fontPrefix, fontsPerLine, height, splits, maxLines, indexPrefix, index } = choices;
  const lines: readonly (readonly [string, string | number | readonly string[] | undefined])[] = [
    ['kind', 'image'],
    ['cache_dir', resolve(cwd, cacheDir ?? 'data/synthetic')],
    ['corpus_dir', resolve(cwd, corpusDir ?? 'data/processed')],
    ['fonts_dir', resolve(cwd, fontsDir ?? 'fonts')],
    ['font_prefix', fontPrefix],
    ['fonts_per_line', fontsPerLine],
    ['height', height],
    ['splits', splits],
    ['max_lines', maxLines],
    ['index_prefix', indexPrefix],
    ['index', index],
  ];
  return lines.flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${typeof value === 'object' ? `[${value.join(', ')}]` : typeof value === 'number' || name === 'kind' || value === 'all' ? value : JSON.stringify(value)}\n`])).join('');
}
