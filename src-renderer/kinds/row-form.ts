import type { ComponentType } from 'react';
import type { EntrySummary } from '../../src-main/contract/entries.ts';

export interface RowNameProps {
  readonly cacheId: number;
  readonly row: EntrySummary;
}

/** How a kind shows its items in the list, where it is not by name alone. */
export interface RowForm {
  /** Head of the first column. */
  readonly title: string;
  /** Pixels; every row has the same. */
  readonly rowHeight: number;
  /** What the search field says. */
  readonly searchHint: string;
  /** The first cell of a row. */
  readonly Name: ComponentType<RowNameProps>;
}
