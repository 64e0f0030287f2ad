import type { QuarantineItem } from '../../../../src-main/contract/commands.ts';
import type { Quarantined } from '../../../../src-main/contract/methods.ts';

/** What in quarantine is to be put back or deleted. */
export interface Chosen {
  /** All of them, or the newest where they are too many to be named. */
  readonly items: readonly QuarantineItem[];
  readonly count: number;
  readonly bytes: number;
}

/** By name as long as all are known: what comes to the quarantine meanwhile was not asked about. */
export function quarantinedOf({ items, count }: Chosen): Quarantined {
  return count > items.length ? { all: true } : { ids: items.map(({ id }) => id) };
}
