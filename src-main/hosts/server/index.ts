export { isLoopback } from './access.ts';
export { startServer } from './server.ts';
export type { RunningServer, ServerOptions } from './server.ts';
export { openBrowser } from './open-browser.ts';
