export { choosePath, usePathQuestion } from './choose-path.ts';
export type { PathQuestion } from './choose-path.ts';
export { desktop } from './desktop.ts';
export { call, onEngineEvents, onFoundBefore, onPlanProgress } from './engine.ts';
export { runningJobs } from './mirror.ts';
export type { Mirror } from './mirror.ts';
export { saveFile } from './save-file.ts';
export type { Saved } from './save-file.ts';
export { followEngine, followJob, usePage } from './store.ts';
