import { defineConfig } from 'vitest/config';
import { electronAbsence } from './e2e/app/hosts/electron.ts';

/** Suites of the screens that run through every door. */
const SCREENS = ['cache', 'drop', 'items', 'jobs', 'library', 'new', 'overlays', 'quarantine', 'settings', 'storage'].map((name) => `e2e/browser/${name}.test.ts`);
/** Under the stand-in only where most goes over the wire, news and calls both ways; `LARDER_ALL_DOORS=1` has the others too. */
const SCREENS_IN_STANDIN = process.env['LARDER_ALL_DOORS'] === '1' ? SCREENS : ['e2e/browser/jobs.test.ts'];

/** Only where the real Electron is; otherwise its project says why not, in one test that is skipped. */
const electronSuites = electronAbsence() === undefined ? ['e2e/app/**/*.test.ts', 'e2e/parity/**/*.test.ts', ...SCREENS] : ['e2e/app/absent-electron.test.ts'];

/** Lines of text are drawn with fonts that not every machine has. */
const FONTS = 'e2e/image/ensure-fonts.ts';
/** What starts Larder's processes takes the built ones: they start in a fifth of the time. */
const BUILT = 'e2e/browser/ensure-built.ts';
const COMPILED = 'e2e/browser/compile-once.ts';
const COMMANDS = { testTimeout: 120_000, hookTimeout: 120_000, globalSetup: [FONTS, BUILT, COMPILED] };
/** What a page shows comes when the machine has come to it; by itself `expect.poll` gives up after a second. */
const APP = { ...COMMANDS, hookTimeout: 300_000, expect: { poll: { timeout: 15_000 } } };
/** They assert how soon Larder stops: beside another suite they would measure that one too. */
const ALONE = ['e2e/cli/cancel.test.ts', 'e2e/invariants/invariant-10.test.ts'];

/** Moves gigabytes over the loopback, so that whatever loads a page beside it waits for half a minute. Through both doors at once it takes little longer than through one. */
const STREAMING = ['e2e/app/data.test.ts'];

/** Asserts how long a person needs, the time of the machine in it. */
const TIMED = ['e2e/app/story.test.ts'];

/**
 * Every suite of the project; `vitest run --project NAME` runs one of them. Two files at a time: most of them wait for
 * processes. Projects of one group share the workers, so that none waits for the last file of another.
 */
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
        test: { name: 'cli', include: ['e2e/cli/**/*.test.ts', 'e2e/image/**/*.test.ts', 'e2e/sample/**/*.test.ts', 'e2e/demo/**/*.test.ts'], exclude: ALONE, ...COMMANDS, sequence: { groupOrder: 2 } },
      },
      {
        // What must hold whatever happens: kills, full disks, hostile names, two at once.
        test: { name: 'invariants', include: ['e2e/invariants/**/*.test.ts'], exclude: ALONE, ...COMMANDS, sequence: { groupOrder: 2 } },
      },
      {
        // The browser door from outside: the built command line, its server, and a real Chromium.
        test: {
          name: 'browser',
          include: ['e2e/browser/**/*.test.ts', 'e2e/app/**/*.test.ts'],
          exclude: ['e2e/app/absent-electron.test.ts', ...STREAMING, ...TIMED],
          provide: { host: 'browser' },
          ...APP,
          sequence: { groupOrder: 2 },
        },
      },
      {
        // What a release holds, packaged without Electron's binary.
        test: { name: 'packaging', include: ['e2e/packaging/**/*.test.ts'], ...APP, sequence: { groupOrder: 2 } },
      },
      {
        // What must stop within a second, one file after the other.
        test: { name: 'stopping', include: ALONE, ...COMMANDS, fileParallelism: false, sequence: { groupOrder: 3 } },
      },
      {
        // The desktop without Electron's binary: the built main process and preload under a strict stand-in, one file after the other:
        // window, app and workers of one have both cores to do.
        test: {
          name: 'standin',
          include: ['e2e/app/**/*.test.ts', 'e2e/parity/**/*.test.ts', ...SCREENS_IN_STANDIN],
          exclude: ['e2e/app/absent-electron.test.ts', ...STREAMING, ...TIMED],
          provide: { host: 'standin' },
          ...APP,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      { test: { name: 'browser-timed', include: TIMED, provide: { host: 'browser' }, ...APP, fileParallelism: false, sequence: { groupOrder: 3 } } },
      { test: { name: 'standin-timed', include: TIMED, provide: { host: 'standin' }, ...APP, fileParallelism: false, sequence: { groupOrder: 3 } } },
      { test: { name: 'browser-streaming', include: STREAMING, provide: { host: 'browser' }, ...APP, sequence: { groupOrder: 4 } } },
      { test: { name: 'standin-streaming', include: STREAMING, provide: { host: 'standin' }, ...APP, sequence: { groupOrder: 4 } } },
      {
        // The same suites in the real Electron, whose windows take the focus from each other.
        test: { name: 'electron', include: electronSuites, provide: { host: 'electron' }, ...APP, fileParallelism: false, sequence: { groupOrder: 6 } },
      },
    ],
  },
});
