import type { BlockedItem, Plan, PlanSummary } from '../../contract/plan.ts';
import { BLOCKED_SHOWN } from '../../contract/plan.ts';

export { assertFits } from '../assert-fits.ts';

/** A plan of a million items as a few hundred bytes. */
export function summarizePlan({ items, blocked, ...plan }: Plan): PlanSummary {
  const count = (reason: BlockedItem['reason']): number => blocked.filter((item) => item.reason === reason).length;
  return {
    ...plan,
    toMake: items.length,
    local: items.filter((item) => item.origin === 'local').length,
    blocked: {
      count: blocked.length,
      byReason: { 'not-on-hub': count('not-on-hub'), 'no-source': count('no-source'), 'no-path': count('no-path') },
      first: blocked.slice(0, BLOCKED_SHOWN),
    },
  };
}
