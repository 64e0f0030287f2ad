export * from './config-invalid.ts';
export * from './config-problem.ts';
export * from './config-section.ts';
export * from './config-text.ts';
