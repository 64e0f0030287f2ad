import { BrowserWindow, Menu, Notification, app, dialog, ipcMain, nativeTheme, powerMonitor, powerSaveBlocker, protocol, safeStorage, screen, session, utilityProcess } from 'electron/main';
import { nativeImage, shell } from 'electron/common';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import packageFile from '../../../package.json' with { type: 'json' };
import { RunningJobs, createBridge, createEngine, createPageHandler, dataDirectory, readPages, resumeKeptJobs } from '../../engine/index.ts';
import type { RunningSample } from '../../engine/index.ts';
import { createDesktop } from './desktop.ts';
import { graphicsOf } from './diagnostics.ts';
import { showJobsOutside } from './job-presence.ts';
import type { OpenQueue } from './open-paths.ts';
import { checkImages, withImages } from './image-check.ts';
import { imageVersions } from './image-versions.ts';
import { guardQuit, quitWithSession } from './quit.ts';
import { createSafeStorageSecrets } from './safe-storage.ts';
import { followSleep } from './sleep.ts';
import { followTheme } from './theme.ts';
import { createUtilityWorkerHost } from './utility-host.ts';

/** What of the bundled demo is used here. */
interface SampleModule {
  startSample(directory: string): Promise<RunningSample>;
}

export interface BootOptions {
  /** Files the app was opened with, and those that come. */
  readonly opened: OpenQueue;
  readonly preload: string;
  readonly pagesDirectory: string;
  readonly workerEntry: string;
  readonly readerEntry: string;
  /** The bundled demo, which has the sample dataset. */
  readonly demoEntry: string;
}

/** Opens the engine and the window. @throws what keeps either from opening; it is shown in a box */
export async function boot({ opened, preload, pagesDirectory, workerEntry, readerEntry, demoEntry }: BootOptions): Promise<void> {
  const files = await readPages(pagesDirectory);
  const data = dataDirectory(process.env);
  const ownHost = createUtilityWorkerHost({ utilityProcess, app, entry: workerEntry, environment: process.env });
  const versions = imageVersions();
  let aboutImages: string | undefined;
  const images = versions === undefined ? 'native' : await checkImages({ host: ownHost, path: join(data, 'images.json'), versions, onPortable: (sentence) => (aboutImages = sentence) });
  const engine = createEngine({
    dataDirectory: data,
    cwd: process.cwd(),
    environment: process.env,
    workerHost: withImages(ownHost, images),
    readerEntry,
    version: packageFile.version,
    waitsForSpace: true,
    secrets: createSafeStorageSecrets({ safeStorage, platform: process.platform, path: join(dataDirectory(process.env), 'token.enc') }),
    startSample: async (directory) => await ((await import(pathToFileURL(demoEntry).href)) as SampleModule).startSample(directory),
  });
  const pages = createPageHandler(files, engine);
  const bridge = createBridge({
    engine,
    onSettings: followTheme(nativeTheme, engine),
    info: { version: packageFile.version, host: 'electron', platform: process.platform },
    graphics: () => graphicsOf(app),
    onFault: (id, error) => process.stderr.write(`fault ${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  });
  const jobs = new RunningJobs(engine);
  const userData = app.getPath('userData');
  const resumePath = join(userData, 'resume.json');
  const devUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  const parts = { app, BrowserWindow, ipcMain, protocol, session: session.defaultSession, dialog, nativeTheme, screen, shell, Menu, Notification, powerSaveBlocker, nativeImage };
  const desktop = createDesktop(parts, { bridge, pages, version: packageFile.version, environment: process.env, preload, devUrl, opened, locate: ({ cacheId, key }) => engine.locate(cacheId, key), windowStatePath: join(userData, 'window.json'), lastFolderPath: join(userData, 'last-folder.txt') });
  showJobsOutside({ parts, platform: process.platform, engine, jobs, window: () => desktop.window, showWindow: () => desktop.showWindow() });
  const isTest = process.env['LARDER_TEST'] === '1';
  let isSessionEnding = false;
  guardQuit({ app, dialog, engine, bridge, jobs, resumePath, canAsk: () => !isTest && !isSessionEnding && desktop.window?.isVisible() === true });
  quitWithSession({ app, powerMonitor, jobs, onEnding: () => (isSessionEnding = true) });
  followSleep({ powerMonitor, engine, log: (line) => process.stderr.write(`${line}\n`) });
  desktop.showWindow();
  if (aboutImages !== undefined) {
    process.stderr.write(`${aboutImages}\n`);
    if (!isTest) void dialog.showMessageBox({ type: 'info', message: aboutImages, buttons: ['OK'] });
  }
  // Whoever started it can tell that it came up, and fall back to the browser if it does not.
  process.stdout.write('larder: ready\n');
  await resumeKeptJobs({ path: resumePath, engine, bridge, sampleDirectory: join(data, 'sample') });
}
