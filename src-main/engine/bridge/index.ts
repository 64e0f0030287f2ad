export { createPageHandler, readPages } from './pages.ts';
export type { PageHandler } from './pages.ts';
export { plainResponse } from './plain-response.ts';
export { INPUT_MAX } from './router.ts';
export type { RouterOptions } from './router.ts';
export { SECURITY_HEADERS } from './security-headers.ts';
export { createBridge } from './session.ts';
export type { Bridge, Session } from './session.ts';
