export { isLoopback } from './access.ts';
export { CONTENT_SECURITY_POLICY, SECURITY_HEADERS } from './security-headers.ts';
export { startServer } from './server.ts';
export type { RunningServer, ServerOptions } from './server.ts';
export { openBrowser } from './open-browser.ts';
