import { pageFile } from '../lib/on-demand.tsx';

/** A cache with its items, which most clicks of the library lead to. */
export const cacheFile = pageFile(() => import('./cache/CacheView.tsx'));

/** All other screens, tabs and dialogs. */
export const restFile = pageFile(() => import('./rest.ts'));
