export * from './exit-cause.ts';
export * from './give-way.ts';
export * from './memory.ts';
export * from './node-host.ts';
export { coresToKeepTo } from './own-core.ts';
export * from './pool.ts';
export { IMAGES_VARIABLE } from './portable-images.ts';
export * from './protocol.ts';
export * from './starter-host.ts';
