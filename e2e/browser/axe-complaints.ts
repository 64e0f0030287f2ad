import axe from 'axe-core';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright';

/** Rules whose answer depends on the colours of the theme; all the others judge what is the same in both. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'] as const;

/**
 * What axe has against the page as it is, one line a place.
 *
 * @param rules `colours` where the same page was judged by all rules in another theme
 */
export async function axeComplaints(page: Page, name: string, rules: 'all' | 'colours' = 'all'): Promise<readonly string[]> {
  // Evaluated by the debugger: the page's own policy lets no foreign script in, and stays as it is.
  if (await page.evaluate<boolean>('window.axe === undefined')) await page.evaluate(axe.source);
  const options = { resultTypes: ['violations'], ...(rules === 'all' ? {} : { runOnly: { type: 'rule', values: COLOUR_RULES } }) };
  const { violations } = await page.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(options)})`);
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${name}: ${id}: ${node.target.join(' ')}: ${node.failureSummary?.replaceAll('\n', ' ') ?? ''}`));
}
