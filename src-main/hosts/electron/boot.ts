import { BrowserWindow, app, dialog, ipcMain, nativeTheme, protocol, safeStorage, screen, session, utilityProcess } from 'electron/main';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import packageFile from '../../../package.json' with { type: 'json' };
import { createBridge, createEngine, createPageHandler, dataDirectory, readPages } from '../../engine/index.ts';
import type { RunningSample } from '../../engine/index.ts';
import { createDesktop } from './desktop.ts';
import { guardQuit } from './quit.ts';
import { createSafeStorageSecrets } from './safe-storage.ts';
import { createUtilityWorkerHost } from './utility-host.ts';

/** What of the bundled demo is used here. */
interface SampleModule {
  startSample(directory: string): Promise<RunningSample>;
}

export interface BootPaths {
  readonly preload: string;
  readonly pagesDirectory: string;
  readonly workerEntry: string;
  /** The bundled demo, which has the sample dataset. */
  readonly demoEntry: string;
}

/** Opens the engine and the window. @throws what keeps either from opening; it is shown in a box */
export async function boot({ preload, pagesDirectory, workerEntry, demoEntry }: BootPaths): Promise<void> {
  const files = await readPages(pagesDirectory);
  const engine = createEngine({
    dataDirectory: dataDirectory(process.env),
    cwd: process.cwd(),
    environment: process.env,
    workerHost: createUtilityWorkerHost({ utilityProcess, app, entry: workerEntry, environment: process.env }),
    version: packageFile.version,
    secrets: createSafeStorageSecrets({ safeStorage, platform: process.platform, path: join(dataDirectory(process.env), 'token.enc') }),
    startSample: async (directory) => await ((await import(pathToFileURL(demoEntry).href)) as SampleModule).startSample(directory),
  });
  const pages = createPageHandler(files, engine);
  const bridge = createBridge({
    engine,
    info: { version: packageFile.version, host: 'electron', platform: process.platform },
    onFault: (id, error) => process.stderr.write(`fault ${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`),
  });
  guardQuit({ app, dialog, engine, isTest: process.env['LARDER_TEST'] === '1' });
  const devUrl = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  const desktop = createDesktop({ app, BrowserWindow, ipcMain, protocol, session: session.defaultSession, dialog, nativeTheme, screen }, { bridge, pages, preload, devUrl, windowStatePath: join(app.getPath('userData'), 'window.json') });
  desktop.showWindow();
  // Whoever started it can tell that it came up, and fall back to the browser if it does not.
  process.stdout.write('larder: ready\n');
}
