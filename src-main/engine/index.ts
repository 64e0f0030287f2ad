export { assertFits } from './assert-fits.ts';
export * from './bridge/index.ts';
export type { EngineOptions, RunningSample } from './context.ts';
export { dataDirectory } from './data-directory.ts';
export { mapPieces } from './documents-command.ts';
export { createEngine } from './engine.ts';
export type { Engine } from './engine.ts';
export type { SecretStore } from './settings/index.ts';
export type { EnginePlan } from './plan-command.ts';
