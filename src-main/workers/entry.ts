import type { KindId } from '../contract/entries.ts';
import { LarderError, toWire } from '../base/index.ts';
import type { KindTasks, TaskContext } from '../kinds/kind.ts';
import { loadKindTasks } from '../kinds/worker-registry.ts';
import { publishEntries } from '../store/index.ts';
import { runImageCanary } from './image-canary.ts';
import { keepToOwnCore } from './own-core.ts';
import { connectParent } from './parent-port.ts';
import { IMAGES_VARIABLE, usePortableImages } from './portable-images.ts';
import { prepareImages } from './prepare-images.ts';
import type { ToWorker } from './protocol.ts';

/** Without a ping for this long the engine is gone, however it died. */
const SILENCE_MS = 30_000;
/** Looks within that time. They are counted, and not the clock is asked: a computer that slept had both of them silent. */
const LOOKS = 3;

keepToOwnCore();
// Kinds are loaded later, and with them what draws pictures.
const images = process.env[IMAGES_VARIABLE];
if (images === 'portable') usePortableImages();
else prepareImages();
const parent = connectParent();
const running = new Map<number, AbortController>();
const loaded = new Map<KindId, Promise<KindTasks>>();
let looksInSilence = 0;

function peakRssBytes(): number {
  return process.resourceUsage().maxRSS * 1024;
}

function tasksOf(kind: KindId): Promise<KindTasks> {
  const tasks = loaded.get(kind) ?? loadKindTasks(kind);
  loaded.set(kind, tasks);
  return tasks;
}

async function run(message: Extract<ToWorker, { type: 'run' }>): Promise<void> {
  const { id, kind, task, payload } = message;
  const abort = new AbortController();
  running.set(id, abort);
  const context: TaskContext = {
    signal: abort.signal,
    progress: (done, total) => parent.post({ type: 'progress', id, done, total }),
    partial: (value) => parent.post({ type: 'partial', id, value }),
    publish: publishEntries,
  };
  try {
    const work = (await tasksOf(kind))[task];
    if (work === undefined) throw new LarderError('INTERNAL', `The kind ${kind} has no task ${task}.`);
    const result = await work(payload, context);
    parent.post({ type: 'done', id, result, peakRssBytes: peakRssBytes() });
  } catch (error) {
    parent.post({ type: 'failed', id, error: toWire(error) });
  } finally {
    running.delete(id);
  }
}

function crash(error: unknown): void {
  parent.post({ type: 'crash', error: toWire(error) });
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  // The message needs a moment to leave the process.
  setTimeout(() => process.exit(1), 50);
}

parent.onMessage((message) => {
  looksInSilence = 0;
  switch (message.type) {
    case 'run':
      void run(message);
      break;
    case 'load':
      // What is wrong with it is told to the first task.
      tasksOf(message.kind).catch(() => undefined);
      break;
    case 'cancel':
      running.get(message.id)?.abort();
      break;
    case 'ping':
      parent.post({ type: 'pong', peakRssBytes: peakRssBytes() });
      break;
    case 'shutdown':
      for (const abort of running.values()) abort.abort();
      parent.post({ type: 'bye' });
      // Ended by the acknowledgement: a message followed at once by an exit is lost.
      setTimeout(() => process.exit(0), 5_000).unref();
      break;
    case 'byeAck':
      process.exit(0);
      break;
    default:
      message satisfies never;
  }
});
parent.onGone(() => process.exit(0));
process.on('uncaughtException', crash);
process.on('unhandledRejection', crash);
setInterval(() => {
  if (looksInSilence++ >= LOOKS) process.exit(0);
}, SILENCE_MS / LOOKS).unref();
// Ctrl-C reaches the whole process group; the engine decides what a worker does about it.
process.on('SIGINT', () => undefined);
if (images === 'canary') runImageCanary().then(() => process.exit(0), crash);
else parent.post({ type: 'ready' });
