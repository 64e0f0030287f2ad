export * from './job-store.ts';
export * from './progress-meter.ts';
export { PauseGate } from './pause-gate.ts';
