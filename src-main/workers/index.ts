export * from './exit-cause.ts';
export * from './memory.ts';
export * from './node-host.ts';
export * from './pool.ts';
export * from './protocol.ts';
