import { useSyncExternalStore } from 'react';

/** From here on a list leaves room for what it lists. */
const WIDE = '(min-width: 1700px)';

function listen(onChange: () => void): () => void {
  const query = matchMedia(WIDE);
  query.addEventListener('change', onChange);
  return () => query.removeEventListener('change', onChange);
}

/** Whether the window has room for a list and, beside it, for one thing of the list. */
export function useWide(): boolean {
  return useSyncExternalStore(listen, () => matchMedia(WIDE).matches);
}
