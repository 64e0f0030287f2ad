import type { StartUpParts } from './electron-parts.ts';
import { SCHEME } from './page-origin.ts';

export interface StartUpOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly argv: readonly string[];
  readonly cwd: string;
  /** Loads and runs everything else; called once the app is ready. */
  readonly boot: () => Promise<void>;
}

const APP_ID = 'org.larder.Larder';

/**
 * Everything that must happen before `ready`, in its order and without waiting: an entry module that
 * awaits readiness is never finished, and `ready` waits for it to finish.
 *
 * A second instance quits at once; the first one is told and shows its window.
 */
export function startUp({ app, protocol, dialog }: StartUpParts, { environment, argv, cwd, boot }: StartUpOptions): void {
  // The instance lock belongs to the user data folder, so that comes first.
  const userData = environment['LARDER_USER_DATA'];
  if (userData !== undefined && userData !== '') app.setPath('userData', userData);
  app.setDesktopName(`${APP_ID}.desktop`);
  app.setAppUserModelId(APP_ID);
  app.enableSandbox();
  // Volumes are drawn with WebGL2, which machines without a GPU get from SwiftShader only when asked.
  app.commandLine.appendSwitch('enable-unsafe-swiftshader');
  // A few crashes of a graphics driver must not switch the viewer off until the next start.
  app.disableDomainBlockingFor3DAPIs();
  protocol.registerSchemesAsPrivileged([{ scheme: SCHEME, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } }]);
  if (!app.requestSingleInstanceLock({ argv, cwd })) {
    app.quit();
    return;
  }
  app
    .whenReady()
    .then(boot)
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
