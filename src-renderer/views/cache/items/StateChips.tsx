import type { CacheOverview } from '../../../../src-main/contract/commands.ts';
import type { EntryState } from '../../../../src-main/contract/entries.ts';
import { ENTRY_STATES } from '../../../../src-main/contract/entries.ts';
import { formatCount } from '../../../lib/format.ts';
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
  return (
    <div className={styles.chips} role="group" aria-label="Filter by state">
      <button type="button" aria-pressed={state === null} onClick={() => onChange(null)}>
        All {formatCount(all)}
      </button>
      {shown.map((each) => (
        <button key={each} type="button" aria-pressed={state === each} onClick={() => onChange(state === each ? null : each)}>
          <span data-tone={STATE_MARKS[each].tone} aria-hidden="true">
            {STATE_MARKS[each].shape}{' '}
          </span>
          {each} {formatCount(overview?.states[each].count ?? 0)}
        </button>
      ))}
    </div>
  );
}
