import type { ReactNode } from 'react';

/** What every kind's inspector is given. */
export interface InspectorProps {
  readonly cacheId: number;
  readonly entryKey: string;
  readonly onClose: () => void;
  /** What the page shows below it. */
  readonly children?: ReactNode;
  /** Entries the user is likely to look at next; they are read ahead once this one is shown. */
  readonly neighbours?: readonly string[];
}
