import type { Result } from '../../invariants/setting.ts';
import { linesOf } from '../../invariants/answers.ts';
import type { Line } from '../../invariants/answers.ts';
import type { CacheState } from './check.ts';
import type { Stage, StageItem } from './stage.ts';

/** Whom a line of `--json` names as failed or damaged. */
function namedIn(line: Line): string[] {
  if (line.type === 'itemFailed') return [String(line['key'])];
  if (line.type === 'plan') return (line['blocked'] as readonly { readonly key: string }[]).map(({ key }) => key);
  if (line.type !== 'findingFound') return [];
  const finding = line['finding'] as { readonly severity: string; readonly key?: string };
  return finding.severity === 'error' && finding.key !== undefined ? [finding.key] : [];
}

/**
 * What is wrong with how a command ended of which one item alone could not be read or written: it is to be made all the
 * same or named, and everything else goes on.
 *
 * @param about marks of that item
 */
export function itemViolations(result: Result, cut: CacheState, stage: Pick<Stage, 'items' | 'inTheEnd'>, about: readonly string[]): string[] {
  const isHit = ({ marks }: StageItem): boolean => marks.some((mark) => about.includes(mark));
  const lost = stage.items.filter((item) => !isHit(item)).flatMap(({ files }) => files).filter((file) => !cut.entries.has(file));
  const lines = linesOf(result);
  const stopped = lines.find((line) => line.type === 'error');
  const wholly = stopped === undefined ? [] : [`all of it stopped for one item: ${JSON.stringify(stopped['error']).slice(0, 300)}`];
  const missing = stage.items.filter(isHit).flatMap(({ files }) => files).filter((file) => !cut.entries.has(file));
  const named = new Set(lines.flatMap(namedIn));
  const unnamed = missing.length > 0 && !stage.items.some((item) => isHit(item) && named.has(item.key)) ? [`${missing.join(', ')} could not be made and is not named`] : [];
  return [...wholly, ...lost.map((file) => `${file} has nothing to do with it and was not made`), ...unnamed];
}
