import { useSyncExternalStore } from 'react';
import type { Route } from './route.ts';
import { hashOf, parseRoute } from './route.ts';

/** Replacing the address fires no event of the browser. */
const REPLACED = 'larder-route';

function subscribe(onChange: () => void): () => void {
  addEventListener('hashchange', onChange);
  addEventListener(REPLACED, onChange);
  return () => {
    removeEventListener('hashchange', onChange);
    removeEventListener(REPLACED, onChange);
  };
}

export function useRoute(): Route {
  return parseRoute(useSyncExternalStore(subscribe, () => location.hash));
}

/** Goes to a place; `replace` leaves no step to go back to. */
export function navigate(route: Route, { replace = false } = {}): void {
  const hash = hashOf(route);
  if (hash === location.hash) return;
  if (!replace) {
    location.hash = hash;
    return;
  }
  history.replaceState(history.state, '', hash);
  dispatchEvent(new Event(REPLACED));
}
