export * from './encode-grey.ts';
export * from './grey.ts';
export * from './header.ts';
export * from './pixels-digest.ts';
export * from './read-png.ts';
