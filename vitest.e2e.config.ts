import { defineConfig } from 'vitest/config';

/** The browser door from outside: the built command line, its server, and a real Chromium. */
export default defineConfig({
  test: {
    include: ['e2e/browser/**/*.test.ts'],
    globalSetup: ['e2e/browser/ensure-built.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    pool: 'forks',
    maxWorkers: 1,
    fileParallelism: false,
  },
});
