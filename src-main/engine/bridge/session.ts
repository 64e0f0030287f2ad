import { isCancelled } from '../../base/index.ts';
import type { EngineEvent } from '../../contract/events.ts';
import type { Envelope, Update, UpdateMessage } from '../../contract/methods.ts';
import { EventBatch } from './event-batch.ts';
import { FollowedJobs } from './followed-jobs.ts';
import { FoundSoFar } from './found-so-far.ts';
import type { WindowNews } from './methods.ts';
import type { RouterOptions } from './router.ts';
import { createRouter } from './router.ts';
import { StartedJobs } from './started-jobs.ts';
import { StateWatch } from './state-watch.ts';

/** Calls of one window under way at once, at most. */
const CALLS_AT_ONCE = 32;
/** A catalog that could not be read for a snapshot is asked again. */
const RETRY_AFTER_MS = 1_000;

/**
 * What happens to items comes in numbers, and only who looks at their job wants it: it is told by
 * `FollowedJobs` then. Findings are counted on the screen of the cache.
 */
const FOR_FOLLOWERS: ReadonlySet<EngineEvent['type']> = new Set(['entryPublished', 'entryQuarantined', 'entryRemoved', 'itemFailed', 'itemRefused', 'itemRetried', 'rawFileRemoved']);

/** One window or one socket: its calls and its subscription, ended together. */
export interface Session {
  call(method: string, input: unknown): Promise<Envelope>;
  /** Begins the news, or begins them anew: a snapshot with `seq` 0, then what changes. */
  subscribe(): void;
  unsubscribe(): void;
  /** Ends the subscription and cancels what is under way. Jobs go on; they belong to the engine. */
  close(): void;
}

/** What a host needs of the engine: it opens a session for each window. */
export interface Bridge {
  open(send: (message: UpdateMessage) => void): Session;
  /** Stops the jobs that windows began, in good order; before the engine is closed. */
  close(): Promise<void>;
}

export interface BridgeOptions extends RouterOptions {
  /** The settings may be others: a window changed them, or another process while one was open. */
  readonly onSettings?: () => void;
}

export function createBridge(options: BridgeOptions): Bridge {
  const jobs = new StartedJobs(options.engine);
  const found = new FoundSoFar();
  const onFault = (error: unknown): void => {
    // What is still asked when the engine is closed ends so.
    if (!isCancelled(error)) options.onFault('watch', error);
  };
  const watch = new StateWatch(options.engine, found, onFault, options.onSettings);
  const router = createRouter(options, jobs, (directory) => watch.pollAll(directory));
  // The beginning and the end of a job of this engine are in the catalog by the time they are told.
  options.engine.onEvent((event) => {
    found.add(event);
    watch.addOwn(event);
    if (event.type === 'jobStarted' || event.type === 'jobEnded') watch.poll();
  });
  return {
    close: () => jobs.close(),
    open(send) {
      const abort = new AbortController();
      let underWay = 0;
      let stopNews: (() => void) | undefined;
      /** While there is a subscription. */
      let current: News | undefined;
      const news: WindowNews = {
        tell: (update) => current?.tell(update),
        follow: (jobId) => current?.followed.follow(jobId),
        unfollow: (jobId) => current?.followed.unfollow(jobId),
      };
      const tryAgain = (error: unknown): (() => void) => {
        options.onFault('subscribe', error);
        const retry = setTimeout(() => session.subscribe(), RETRY_AFTER_MS);
        return () => clearTimeout(retry);
      };
      /** Subscribes once the library has been read, unless nobody listens any more. */
      const after = (loading: Promise<void>): (() => void) => {
        let isWanted = true;
        loading.then(
          () => isWanted && session.subscribe(),
          (error: unknown) => {
            if (isWanted) stopNews = tryAgain(error);
          },
        );
        return () => {
          isWanted = false;
        };
      };
      const session: Session = {
        async call(method, input) {
          if (underWay >= CALLS_AT_ONCE) return { ok: false, error: { code: 'RATE_LIMITED', message: `More than ${CALLS_AT_ONCE} calls at once.`, hint: 'Wait for answers before asking more.' } };
          underWay++;
          try {
            return await router(method, input, abort.signal, news);
          } finally {
            underWay--;
          }
        },
        subscribe() {
          session.unsubscribe();
          if (abort.signal.aborted) return;
          try {
            const loading = options.engine.loadLibrary();
            if (loading !== undefined) stopNews = after(loading);
            else {
              current = startNews(options, watch, found, send);
              stopNews = current.stop;
            }
          } catch (error) {
            stopNews = tryAgain(error);
          }
        },
        unsubscribe() {
          stopNews?.();
          stopNews = undefined;
          current = undefined;
        },
        close() {
          session.unsubscribe();
          abort.abort();
        },
      };
      return session;
    },
  };
}

/** One subscription. */
interface News {
  readonly followed: FollowedJobs;
  tell(update: Update): void;
  stop(): void;
}

function startNews({ engine, onFault }: RouterOptions, watch: StateWatch, found: FoundSoFar, send: (message: UpdateMessage) => void): News {
  let seq = 0;
  const tell = (payload: Update): void => send({ topic: 'update', seq: seq++, payload });
  const batch = new EventBatch((events) => tell({ type: 'events', events }));
  const followed = new FollowedJobs(engine, tell, (error) => onFault('follow', error));
  const { snapshot, stop } = watch.listen((update) => {
    tell(update);
    if (update.type === 'jobs') followed.look(update.jobs);
  });
  tell({ type: 'snapshot', snapshot: { ...snapshot, found: found.groups() } });
  const stopEvents = engine.onEvent((event) => {
    followed.addEvent(event);
    if (!FOR_FOLLOWERS.has(event.type)) batch.add(event);
  });
  return {
    followed,
    tell,
    stop() {
      stop();
      stopEvents();
      batch.close();
      followed.close();
    },
  };
}
