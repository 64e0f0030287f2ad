import type { ReactNode } from 'react';
import type { CacheOverview } from '../../../../src-main/contract/commands.ts';
import type { EntryState } from '../../../../src-main/contract/entries.ts';
import { ENTRY_STATES } from '../../../../src-main/contract/entries.ts';
import { formatCount } from '../../../lib/format.ts';
import { Toggles } from '../../../ui/Toggles.tsx';
import { STATE_MARKS } from '../state-words.ts';
import styles from './ItemsTab.module.css';

interface StateChipsProps {
  readonly overview: CacheOverview | undefined;
  readonly all: number;
  readonly state: EntryState | null;
  readonly onChange: (state: EntryState | null) => void;
}

/** Filters by state, with how many there are of each. */
export function StateChips({ overview, all, state, onChange }: StateChipsProps) {
  const shown = ENTRY_STATES.filter((each) => each === state || (overview?.states[each].count ?? 0) > 0);
  const title = (each: EntryState): ReactNode => (
    <>
      <span data-tone={STATE_MARKS[each].tone} aria-hidden="true">
        {STATE_MARKS[each].shape}{' '}
      </span>
      {each} {formatCount(overview?.states[each].count ?? 0)}
    </>
  );
  return (
    <div className={styles.chips}>
      <Toggles<EntryState | 'all'>
        label="Filter by state"
        look="pills"
        segments={[{ value: 'all', title: `All ${formatCount(all)}` }, ...shown.map((each) => ({ value: each, title: title(each) }))]}
        value={state ?? 'all'}
        onChange={(next) => onChange(next === 'all' || next === state ? null : next)}
      />
    </div>
  );
}
