export * from './abort.ts';
export * from './atomic-write.ts';
export * from './digest.ts';
export * from './disk-reserve.ts';
export * from './errors.ts';
export * from './hand-over.ts';
export * from './limit.ts';
export * from './retry.ts';
