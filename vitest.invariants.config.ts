import { defineConfig } from 'vitest/config';

/** Whole runs of the command line against the Hub double: what must hold whatever happens. */
export default defineConfig({
  test: { include: ['e2e/invariants/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 60_000, pool: 'forks', maxWorkers: 1 },
});
