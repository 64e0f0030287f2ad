export { KnownLists } from './known-lists.ts';
export { lookAtDropped } from './look-at-dropped.ts';
