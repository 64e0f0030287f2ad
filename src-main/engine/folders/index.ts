export { assertWithin } from './assert-within.ts';
export { listFolder } from './list-folder.ts';
export { findPlaces } from './places.ts';
export type { Place } from './places.ts';
