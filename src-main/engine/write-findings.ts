import type { Finding } from '../contract/findings.ts';
import { inBatches, nextTurn } from '../base/index.ts';
import type { FoundBy } from '../catalog/index.ts';
import type { EngineContext } from './context.ts';
import type { OpenedCache } from './open-cache.ts';

const FINDINGS_AT_ONCE = 2_000;

/** Some thousand in a transaction: a cache that is damaged as a whole keeps nobody waiting. */
export async function replaceFindings({ catalog }: EngineContext, cache: OpenedCache, findings: readonly Finding[], by: FoundBy): Promise<void> {
  catalog.findings.replace(cache.row.id, 'all', findings.slice(0, FINDINGS_AT_ONCE), by);
  for (let at = FINDINGS_AT_ONCE; at < findings.length; at += FINDINGS_AT_ONCE) {
    await nextTurn();
    catalog.findings.append(cache.row.id, findings.slice(at, at + FINDINGS_AT_ONCE), by);
  }
}

/** The same of these entries only. */
export async function replaceFindingsOf({ catalog }: EngineContext, cache: OpenedCache, only: Iterable<string>, findings: readonly Finding[], by: FoundBy): Promise<void> {
  const byKey = Map.groupBy(findings, ({ key }) => key);
  for (const keys of inBatches(only, FINDINGS_AT_ONCE)) {
    catalog.findings.replace(cache.row.id, { keys }, keys.flatMap((key) => byKey.get(key) ?? []), by);
    await nextTurn();
  }
}
