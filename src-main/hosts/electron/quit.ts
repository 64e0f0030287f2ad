import type { Engine } from '../../engine/index.ts';
import type { AppPart, DesktopParts } from './electron-parts.ts';

export interface QuitOptions {
  readonly app: Pick<AppPart, 'on' | 'quit'>;
  readonly dialog: Pick<DesktopParts['dialog'], 'showMessageBox'>;
  readonly engine: Pick<Engine, 'cancelJob' | 'close' | 'onEvent'>;
  /** Asks nothing. */
  readonly isTest: boolean;
}

/** Nobody may be there to answer (a log-off, a signal): then it quits. */
const ANSWER_WITHIN_MS = 20_000;
const SHUTDOWN_WITHIN_MS = 10_000;

/** Asks before running jobs are stopped, stops them in good order, closes the catalog last. */
export function guardQuit({ app, dialog, engine, isTest }: QuitOptions): void {
  const running = new Set<string>();
  engine.onEvent((event) => {
    if (event.type === 'jobStarted') running.add(event.jobId);
    else if (event.type === 'jobEnded') running.delete(event.jobId);
  });
  let isConfirmed = false;
  let isAsking = false;
  app.on('before-quit', (event) => {
    if (isConfirmed || running.size === 0) return;
    event.preventDefault();
    if (isAsking) return;
    isAsking = true;
    void (async () => {
      const stop = isTest || (await mayStop(dialog, running.size));
      isAsking = false;
      if (!stop) return;
      await stopJobs(engine, running);
      isConfirmed = true;
      // A second `quit` within the first one has no effect.
      setImmediate(() => app.quit());
    })();
  });
  app.on('will-quit', () => engine.close());
}

async function mayStop(dialog: QuitOptions['dialog'], count: number): Promise<boolean> {
  const answer = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const { response } = await dialog.showMessageBox({
    type: 'question',
    message: count === 1 ? 'A job is running.' : `${count} jobs are running.`,
    detail: 'Stopped jobs keep what they have finished and can be resumed.',
    buttons: ['Stop and quit', 'Keep running'],
    defaultId: 1,
    cancelId: 1,
    signal: answer,
  });
  return answer.aborted || response === 0;
}

async function stopJobs(engine: QuitOptions['engine'], ids: ReadonlySet<string>): Promise<void> {
  const signal = AbortSignal.timeout(SHUTDOWN_WITHIN_MS);
  await Promise.allSettled(Array.from(ids, (id) => engine.cancelJob(id, signal)));
}
