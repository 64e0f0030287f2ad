export type { EngineOptions } from './context.ts';
export { createEngine } from './engine.ts';
export type { Engine } from './engine.ts';
export type { EnginePlan } from './plan-command.ts';
