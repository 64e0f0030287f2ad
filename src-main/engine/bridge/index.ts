export { INPUT_MAX, createRouter } from './router.ts';
export type { Router, RouterOptions } from './router.ts';
export { createBridge } from './session.ts';
export type { Bridge, Session } from './session.ts';
