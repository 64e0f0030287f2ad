import type Electron from 'electron';
import type { EngineEvent, JobEnded } from '../../contract/events.ts';
import type { JobProgress } from '../../contract/progress.ts';
import type { Engine, RunningJobs } from '../../engine/index.ts';
import type { DesktopParts } from './electron-parts.ts';

export interface PresenceOptions {
  readonly parts: Pick<DesktopParts, 'app' | 'nativeImage' | 'powerSaveBlocker' | 'Notification'>;
  readonly platform: NodeJS.Platform;
  readonly engine: Pick<Engine, 'library' | 'onEvent'>;
  readonly jobs: RunningJobs;
  readonly window: () => Electron.BrowserWindow | undefined;
  readonly showWindow: () => void;
}

/** `setProgressBar`: below 0 takes it away, above 1 means that it is not known. */
const NO_PROGRESS = -1;
const UNKNOWN_PROGRESS = 2;

/** What of the jobs is seen outside of the window: no sleep, the bar on the task bar, a word at the end. */
export function showJobsOutside({ parts, platform, engine, jobs, window, showWindow }: PresenceOptions): void {
  const { app, powerSaveBlocker, Notification } = parts;
  const paused = new Set<string>();
  const fractions = new Map<string, number>();
  let blocker: number | undefined;
  let unseen = 0;
  // Kept from being collected: a notification without a reference loses its click.
  const shown = new Set<Electron.Notification>();

  const block = (): void => {
    if (jobs.count > 0) blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (blocker !== undefined) {
      powerSaveBlocker.stop(blocker);
      blocker = undefined;
    }
  };
  const drawProgress = (): void => {
    const known = Array.from(fractions.values());
    const value = jobs.count === 0 ? NO_PROGRESS : known.length === 0 ? UNKNOWN_PROGRESS : known.reduce((sum, fraction) => sum + fraction, 0) / known.length;
    // Windows alone draws the mode; the others take no notice of it.
    window()?.setProgressBar(value, { mode: jobs.count > 0 && paused.size >= jobs.count ? 'paused' : 'normal' });
  };
  const showUnseen = (count: number): void => {
    app.setBadgeCount(count);
    // The task bar of Windows has no numbers; a dot is laid over the icon.
    if (platform === 'win32') window()?.setOverlayIcon(count === 0 ? null : parts.nativeImage.createFromBitmap(dot(), { width: DOT_SIDE, height: DOT_SIDE }), count === 0 ? '' : `${count} ended`);
  };
  const tell = (event: JobEnded): void => {
    const job = jobs.ended(event.jobId);
    if (event.state === 'cancelled' || job === undefined || window()?.isFocused() === true) return;
    showUnseen(++unseen);
    if (!Notification.isSupported()) return;
    const label = engine.library().find((cache) => cache.directory === job.directory)?.label ?? job.directory;
    const notification = new Notification({ title: `${label}: ${job.command} ${event.state === 'succeeded' ? 'has ended' : 'has failed'}`, body: resultWords(event) });
    shown.add(notification);
    notification.on('click', showWindow);
    notification.on('close', () => shown.delete(notification));
    notification.show();
  };
  engine.onEvent((event: EngineEvent) => {
    if (event.type === 'jobProgressed') fractions.set(event.jobId, fractionOf(event.progress));
    else if (event.type === 'jobPaused' || event.type === 'spaceRanOut') paused.add(event.jobId);
    else if (event.type === 'jobContinued') paused.delete(event.jobId);
    else if (event.type === 'jobEnded') {
      fractions.delete(event.jobId);
      paused.delete(event.jobId);
      tell(event);
    } else if (event.type !== 'jobStarted') return;
    block();
    drawProgress();
  });
  app.on('browser-window-focus', () => {
    showUnseen((unseen = 0));
  });
}

const DOT_SIDE = 16;
const DOT_RADIUS = 6;
/** Blue, green, red, alpha: the accent of the dark theme. */
const DOT_COLOUR = [0xf2, 0xae, 0x62, 0xff] as const;

/** A filled circle, `DOT_SIDE` pixels wide, rows from the top, four bytes a pixel as Electron's bitmaps have them. */
export function dot(): Buffer {
  const bitmap = Buffer.alloc(DOT_SIDE * DOT_SIDE * 4);
  const middle = (DOT_SIDE - 1) / 2;
  for (let y = 0; y < DOT_SIDE; y++) {
    for (let x = 0; x < DOT_SIDE; x++) if (Math.hypot(x - middle, y - middle) <= DOT_RADIUS) bitmap.set(DOT_COLOUR, (y * DOT_SIDE + x) * 4);
  }
  return bitmap;
}

/** Mean over the stages: each of them has to be passed. */
export function fractionOf({ stages }: JobProgress): number {
  const parts = stages.filter((stage) => stage.total > 0).map((stage) => Math.min(1, (stage.done + stage.failed) / stage.total));
  return parts.length === 0 ? 0 : parts.reduce((sum, part) => sum + part, 0) / parts.length;
}

/** What came out, in the numbers the job gives: each command has its own. */
function resultWords({ result, error }: JobEnded): string {
  if (error !== undefined) return error.message;
  const words: readonly (readonly [key: string, after: string])[] = [
    ['published', 'made'],
    ['remade', 'made again'],
    ['sound', 'sound'],
    ['damaged', 'damaged'],
    ['failed', 'failed'],
  ];
  return words.flatMap(([key, after]) => (typeof result[key] === 'number' && (result[key] > 0 || key === 'published') ? [`${result[key]} ${after}`] : [])).join(', ');
}
