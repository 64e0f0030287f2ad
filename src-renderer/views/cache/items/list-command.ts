import type { CacheSummary } from '../../../../src-main/contract/commands.ts';
import { shellWord } from '../../../lib/format.ts';
import { commandFor } from '../commands.ts';
import type { BoundTexts } from './size-and-age.ts';
import { boundsFlags } from './size-and-age.ts';
import type { ItemsQuery } from './use-row-pages.ts';

/** Rows `larder ls` prints unless told otherwise; a screen scrolls through all of them. */
const LISTED = 100;

/** What the list is filtered by, with a space before each flag. */
export function matchFlags(query: ItemsQuery, bounds: BoundTexts): string {
  return [...(query.states ?? []).map((state) => ` --state ${state}`), query.text === undefined ? '' : ` --name=${shellWord(query.text)}`, boundsFlags(bounds)].join('');
}

/** The list as it is filtered and sorted on the screen. */
export function listCommand(cache: CacheSummary, query: ItemsQuery, bounds: BoundTexts, total: number): string {
  const flags = [
    matchFlags(query, bounds),
    query.sort === undefined || query.sort === 'position' ? '' : ` --sort ${query.sort}`,
    query.descending === true ? ' --desc' : '',
    total > LISTED ? ` --limit ${total}` : '',
  ];
  return commandFor('ls', cache, { flags: flags.join('') });
}
