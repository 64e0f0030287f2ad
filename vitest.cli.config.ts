import { defineConfig } from 'vitest/config';

/** The command line as its users run it: real processes, a Hub on this machine, the sample dataset. */
export default defineConfig({
  test: {
    include: ['e2e/cli/**/*.test.ts', 'e2e/sample/**/*.test.ts', 'e2e/demo/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 1,
  },
});
