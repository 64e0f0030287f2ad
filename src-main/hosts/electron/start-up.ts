import type { StartUpParts } from './electron-parts.ts';
import type { InstanceMessage } from './open-paths.ts';
import { OpenQueue, pathsFrom, pathsIn } from './open-paths.ts';
import { SCHEME } from './page-origin.ts';

export interface StartUpOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Started as `electron .`, not as an app of its own. */
  readonly isDefaultApp: boolean;
  /** Set by the user: draw with a card that Chromium has on its list of faulty ones. */
  readonly ignoresGpuBlocklist: boolean;
  /** Loads and runs everything else; called once the app is ready. */
  readonly boot: (opened: OpenQueue) => Promise<void>;
}

const APP_ID = 'org.larder.Larder';

/**
 * Everything that must happen before `ready`, in its order and without waiting: an entry module that
 * awaits readiness is never finished, and `ready` waits for it to finish.
 *
 * A second instance quits at once; the first one is told what it was started with. Files come from the
 * words of a start, from the start of a second instance and, on macOS, from an event: one queue takes
 * them all.
 */
export function startUp({ app, protocol, dialog }: StartUpParts, { environment, argv, cwd, isDefaultApp, ignoresGpuBlocklist, boot }: StartUpOptions): void {
  // The instance lock belongs to the user data folder, so that comes first.
  const userData = environment['LARDER_USER_DATA'];
  if (userData !== undefined && userData !== '') app.setPath('userData', userData);
  app.setDesktopName(`${APP_ID}.desktop`);
  app.setAppUserModelId(APP_ID);
  app.enableSandbox();
  // Volumes are drawn with WebGL2, which machines without a GPU get from SwiftShader only when asked.
  app.commandLine.appendSwitch('enable-unsafe-swiftshader');
  if (ignoresGpuBlocklist) app.commandLine.appendSwitch('ignore-gpu-blocklist');
  // A few crashes of a graphics driver must not switch the viewer off until the next start.
  app.disableDomainBlockingFor3DAPIs();
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }]);
  const paths = pathsIn(argv, cwd, isDefaultApp);
  // Not by its `argv`, which Chromium may reorder on the way.
  if (!app.requestSingleInstanceLock({ paths } satisfies InstanceMessage)) {
    app.quit();
    return;
  }
  const opened = new OpenQueue();
  for (const path of paths) opened.add(path);
  app.on('second-instance', (_event, _argv, _cwd, message) => {
    for (const path of pathsFrom(message)) opened.add(path);
  });
  // May come before `ready`.
  app.on('open-file', (event, path) => {
    event.preventDefault();
    opened.add(path);
  });
  app
    .whenReady()
    .then(() => boot(opened))
    .catch((error: unknown) => {
      dialog.showErrorBox('Larder could not start', startError(error));
      app.quit();
    });
}

function startError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = 'hint' in error && typeof error.hint === 'string' ? `\n\n${error.hint}` : '';
  return `${error.message}${hint}`;
}
