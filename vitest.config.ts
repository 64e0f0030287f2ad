import { defineConfig } from 'vitest/config';

/** Unit and room tests beside the code; the doors are tested from `e2e/` by their own configurations. */
export default defineConfig({
  test: {
    include: ['src-main/**/*.test.ts', 'src-renderer/**/*.test.ts', 'src-preload/**/*.test.ts', 'e2e/hub/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 30_000,
    pool: 'forks',
    maxWorkers: 2,
  },
});
