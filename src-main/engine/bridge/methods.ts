import { release } from 'node:os';
import type { AppInfo, Diagnostics, MethodInput, MethodName, MethodOutput, Update } from '../../contract/methods.ts';
import type { Engine } from '../engine.ts';
import { cacheMethods, summaryOf } from './methods-cache.ts';
import { configMethods } from './methods-config.ts';
import { droppedMethods } from './methods-dropped.ts';
import { folderMethods } from './methods-folders.ts';
import { jobMethods } from './methods-jobs.ts';
import { settingsMethods } from './methods-settings.ts';
import { storageMethods } from './methods-storage.ts';
import type { StartedJobs } from './started-jobs.ts';

/** The news of the window that calls. */
export interface WindowNews {
  /** Nothing where the window has not subscribed. */
  tell(update: Update): void;
  /** @throws JOB_NOT_FOUND */
  follow(jobId: string): void;
  unfollow(jobId: string): void;
}

export type MethodHandlers = { readonly [M in MethodName]: (input: MethodInput<M>, signal: AbortSignal, news: WindowNews) => MethodOutput<M> | Promise<MethodOutput<M>> };

/** Rows of a page when none are asked for. */
const ITEMS_PER_PAGE = 100;

/** What methods work with. */
export interface MethodContext {
  readonly engine: Engine;
  readonly info: AppInfo;
  readonly graphics?: (() => NonNullable<Diagnostics['graphics']>) | undefined;
  /** For methods that begin a job and answer with its number. */
  readonly jobs: StartedJobs;
  /** Folders in which everything must lie that a page names; anywhere, and the usual ones to look into, if absent. */
  readonly roots?: readonly string[] | undefined;
  /** Called for a change of settings or library that every window is to be told at once. @param directory of a cache whose rows changed */
  readonly onChanged: (directory?: string) => void;
}

/** What each method does: one call of the engine. */
export function methodHandlers(context: MethodContext): MethodHandlers {
  const { engine, info, graphics } = context;
  return {
    ...cacheMethods(context),
    ...configMethods(context),
    ...droppedMethods(context),
    ...folderMethods(context),
    ...jobMethods(context),
    ...settingsMethods(context),
    ...storageMethods(context),
    'app.info': () => info,
    'app.diagnostics': () => ({ system: `${process.platform} ${process.arch}, ${release()}`, versions: versionsHere(), graphics: graphics?.() ?? null }),
    async 'library.list'() {
      await engine.loadLibrary();
      return engine.library();
    },
    'cache.stats': ({ cacheId, ...choices }, signal) => engine.stats({ cache: summaryOf(engine, cacheId).directory, ...choices }, signal),
    'cache.items': ({ cacheId, limit, ...filter }, signal) => engine.page(cacheId, { limit: limit ?? ITEMS_PER_PAGE, ...filter }, signal),
    async 'cache.refresh'({ cacheId }, signal) {
      await engine.refresh(cacheId, signal);
      return null;
    },
  };
}

function versionsHere(): Readonly<Record<string, string>> {
  return Object.fromEntries((['electron', 'chrome', 'node'] as const).flatMap((name) => (process.versions[name] === undefined ? [] : [[name, process.versions[name]]])));
}
