export * from './forecast.ts';
export * from './plan.ts';
export * from './publish.ts';
export * from './run.ts';
export * from './sync-catalog.ts';
export * from './verify.ts';
