export * from './commands.ts';
export * from './entries.ts';
export * from './errors.ts';
export * from './events.ts';
export * from './findings.ts';
export * from './plan.ts';
export * from './progress.ts';
