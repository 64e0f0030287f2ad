import { keepForResume } from '../../engine/index.ts';
import type { Bridge, Engine, KeptJob, RunningJobs } from '../../engine/index.ts';
import type { AppPart, DesktopParts, PowerMonitorPart } from './electron-parts.ts';

export interface QuitOptions {
  readonly app: Pick<AppPart, 'on' | 'quit'>;
  readonly dialog: Pick<DesktopParts['dialog'], 'showMessageBox'>;
  readonly engine: Pick<Engine, 'close'>;
  readonly bridge: Pick<Bridge, 'close'>;
  readonly jobs: Pick<RunningJobs, 'count' | 'kept'>;
  /** Where the jobs that are stopped are written down, to go on at the next start. */
  readonly resumePath: string;
  /** False where nobody could see a question. */
  readonly canAsk: () => boolean;
}

export interface SessionEndOptions {
  readonly app: Pick<AppPart, 'on' | 'quit'>;
  readonly powerMonitor: PowerMonitorPart;
  readonly jobs: Pick<RunningJobs, 'count'>;
  /** Called once, before the app quits: nobody is to be asked any more. */
  readonly onEnding: () => void;
}

/** Nobody may be there to answer (a log-off, a signal): then it quits. */
const ANSWER_WITHIN_MS = 20_000;
const SHUTDOWN_WITHIN_MS = 10_000;

/** Asks before running jobs are stopped, stops them in good order, closes the catalog last. */
export function guardQuit({ app, dialog, engine, bridge, jobs, resumePath, canAsk }: QuitOptions): void {
  let isConfirmed = false;
  let isAsking = false;
  app.on('before-quit', (event) => {
    if (isConfirmed || jobs.count === 0) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    void (async () => {
      const stop = !canAsk() || (await mayStop(dialog, jobs.kept));
      if (stop) {
        keepForResume(resumePath, jobs.kept);
        await stopJobs(bridge);
        isConfirmed = true;
      }
      isAsking = false;
      if (!stop) return;
      // A second `quit` within the first one has no effect.
      setImmediate(() => app.quit());
    })();
  });
  // Without a window nobody could be asked. On macOS an app stays without one, and so do its jobs.
  app.on('browser-window-created', (_event, window) => {
    window.on('close', (event) => {
      if (process.platform === 'darwin' || isConfirmed || jobs.count === 0) return;
      event.preventDefault();
      app.quit();
    });
  });
  app.on('will-quit', () => engine.close());
}

/**
 * The computer is shut down or the user logs off: no `before-quit` comes by itself then. Linux and macOS tell
 * it by the power monitor, Windows by the window, which may hold the log-off back while jobs are stopped.
 */
export function quitWithSession({ app, powerMonitor, jobs, onEnding }: SessionEndOptions): void {
  let isEnding = false;
  const end = (): void => {
    if (isEnding) return;
    isEnding = true;
    onEnding();
    app.quit();
  };
  powerMonitor.on('shutdown', end);
  app.on('browser-window-created', (_event, window) => {
    window.on('query-session-end', (event) => {
      if (jobs.count > 0) event.preventDefault();
      end();
    });
    window.on('session-end', end);
  });
}

async function mayStop(dialog: QuitOptions['dialog'], jobs: readonly KeptJob[]): Promise<boolean> {
  const count = jobs.length;
  const paused = jobs.filter(({ isPaused }) => isPaused).length;
  const state = paused === count ? 'paused' : 'running';
  const answer = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: count === 1 ? `A job is ${state}.` : paused === 0 || paused === count ? `${count} jobs are ${state}.` : `${count} jobs are running, ${paused} of them paused.`,
    detail: `What is finished is kept. ${paused === count ? 'It stays paused' : paused === 0 ? 'The rest goes on' : 'The rest goes on, and what is paused stays so,'} when Larder is started again.`,
    buttons: ['Stop and quit', 'Keep running'],
    defaultId: 1,
    cancelId: 1,
    signal: answer,
  });
  return answer.aborted || response === 0;
}

/** A worker that does not let go must not keep the app from ending; what it had is made again. */
async function stopJobs(bridge: QuitOptions['bridge']): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([bridge.close(), new Promise<void>((resolve) => (timer = setTimeout(resolve, SHUTDOWN_WITHIN_MS)))]);
  clearTimeout(timer);
}
