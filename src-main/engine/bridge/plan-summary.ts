import type { BlockedReason, Plan, PlanSummary } from '../../contract/plan.ts';
import { BLOCKED_REASONS, BLOCKED_SHOWN } from '../../contract/plan.ts';

export { assertFits } from '../assert-fits.ts';

/** A plan of a million items as a few hundred bytes. */
export function summarizePlan({ items, blocked, ...plan }: Plan): PlanSummary {
  const byReason = Object.fromEntries(BLOCKED_REASONS.map((reason) => [reason, 0])) as Record<BlockedReason, number>;
  for (const { reason } of blocked) byReason[reason]++;
  return {
    ...plan,
    toMake: items.length,
    local: items.filter((item) => item.origin === 'local').length,
    blocked: {
      count: blocked.length,
      byReason,
      first: blocked.slice(0, BLOCKED_SHOWN),
    },
  };
}
