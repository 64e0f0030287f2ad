export { lookAtDropped } from './look-at-dropped.ts';
