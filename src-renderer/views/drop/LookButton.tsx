import type { Dropped } from '../../../src-main/contract/dropped.ts';
import { lookAtFile } from './drop-state.ts';

/** The next step for a file that has a picture. */
export function LookButton({ file }: { readonly file: Extract<Dropped, { readonly what: 'raw' | 'entry' }> }) {
  const { view } = file;
  if (view === null) return null;
  return (
    <p>
      <button type="button" className="button" data-tone="main" onClick={() => lookAtFile({ ...file, view })}>
        Look at it
      </button>
    </p>
  );
}
