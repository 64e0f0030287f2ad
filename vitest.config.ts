import { defineConfig } from 'vitest/config';
import { electronAbsence } from './e2e/app/hosts/electron.ts';

/** Only where the real Electron is; otherwise its project says why not, in one test that is skipped. */
const electronSuites = electronAbsence() === undefined ? ['e2e/app/**/*.test.ts', 'e2e/parity/**/*.test.ts'] : ['e2e/app/absent-electron.test.ts'];

/** Lines of text are drawn with fonts that not every machine has. */
const FONTS = 'e2e/image/ensure-fonts.ts';
const APP_SUITES = { testTimeout: 120_000, hookTimeout: 300_000, fileParallelism: false, globalSetup: [FONTS, 'e2e/browser/ensure-built.ts'] };

/** Every suite of the project; `vitest run --project NAME` runs one of them. */
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        // Beside the code: rooms by themselves, on real files and real databases.
        test: {
          name: 'unit',
          include: ['src-main/**/*.test.ts', 'src-renderer/**/*.test.{ts,tsx}', 'src-preload/**/*.test.ts', 'e2e/lint/**/*.test.ts', 'e2e/docs/**/*.test.ts', 'e2e/bench/**/*.test.ts', 'e2e/campaign/**/*.test.ts'],
          globalSetup: [FONTS],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        // The Hub client against the test double, with every fault of the network.
        test: { name: 'hub', include: ['e2e/hub/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, sequence: { groupOrder: 2 } },
      },
      {
        // The command line as its users run it: real processes, a Hub on this machine, the sample dataset.
        test: {
          name: 'cli',
          include: ['e2e/cli/**/*.test.ts', 'e2e/image/**/*.test.ts', 'e2e/sample/**/*.test.ts', 'e2e/demo/**/*.test.ts'],
          globalSetup: [FONTS],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        // The browser door from outside: the built command line, its server, and a real Chromium.
        test: {
          name: 'browser',
          include: ['e2e/browser/**/*.test.ts', 'e2e/app/**/*.test.ts'],
          exclude: ['e2e/app/absent-electron.test.ts'],
          provide: { host: 'browser' },
          ...APP_SUITES,
          sequence: { groupOrder: 4 },
        },
      },
      {
        // The desktop without Electron's binary: the built main process and preload under a strict stand-in.
        test: {
          name: 'standin',
          include: ['e2e/app/**/*.test.ts', 'e2e/parity/**/*.test.ts'],
          exclude: ['e2e/app/absent-electron.test.ts'],
          provide: { host: 'standin' },
          ...APP_SUITES,
          sequence: { groupOrder: 6 },
        },
      },
      {
        // What a release holds, packaged without Electron's binary.
        test: { name: 'packaging', include: ['e2e/packaging/**/*.test.ts'], ...APP_SUITES, sequence: { groupOrder: 8 } },
      },
      {
        // The same suites in the real Electron.
        test: { name: 'electron', include: electronSuites, provide: { host: 'electron' }, ...APP_SUITES, sequence: { groupOrder: 7 } },
      },
      {
        // What must hold whatever happens: kills, full disks, hostile names, two at once.
        test: { name: 'invariants', include: ['e2e/invariants/**/*.test.ts'], testTimeout: 120_000, hookTimeout: 60_000, fileParallelism: false, sequence: { groupOrder: 5 } },
      },
    ],
  },
});
