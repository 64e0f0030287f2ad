export * from './job-store.ts';
export * from './progress-meter.ts';
