import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { WorkerExit, WorkerHost } from '../../workers/index.ts';
import { IMAGES_VARIABLE } from '../../workers/index.ts';

/** `native`: sharp's own library works here; `portable`: it does not, the WebAssembly build is used. */
export type ImageVerdict = 'native' | 'portable';

export interface ImageCheckOptions {
  readonly host: WorkerHost;
  /** Where the verdict is kept, in the data folder. */
  readonly path: string;
  /** Versions the verdict holds for, as `imageVersions` gives them. */
  readonly versions: string;
  /** Told once, when pictures are found not to work as they came. */
  readonly onPortable: (sentence: string) => void;
  readonly withinMilliseconds?: number;
}

/** Shorter than the silence after which a worker ends itself, in good order and thus without a verdict. */
const CANARY_WITHIN_MS = 20_000;
const HEAP_MEGABYTES = 512;
const SENTENCE = 'The picture library does not run under Electron on this system, so Larder draws with a portable one. Pictures of volumes look the same and take about three times as long; image caches, which need drawn text, are made on the command line or with `larder serve`.';

/**
 * A canary goes first: a worker that does nothing but convert pictures, and may die of it.
 * Asked once for each set of versions; the answer is kept.
 */
export async function checkImages({ host, path, versions, onPortable, withinMilliseconds = CANARY_WITHIN_MS }: ImageCheckOptions): Promise<ImageVerdict> {
  const kept = readVerdict(path, versions);
  if (kept !== undefined) return kept;
  const { exit, isLate } = await sendCanary(host, withinMilliseconds);
  const verdict = exit.code === 0 && !isLate ? 'native' : 'portable';
  if (verdict === 'portable') onPortable(SENTENCE);
  // Killed from outside or out of memory says nothing about the library: it is asked again at the next start.
  const isCertain = !isLate && exit.cause !== 'killed' && exit.cause !== 'oom';
  if (isCertain) await keepVerdict(path, versions, verdict);
  return verdict;
}

/** The same host, whose workers draw as the verdict says. */
export function withImages(host: WorkerHost, verdict: ImageVerdict): WorkerHost {
  if (verdict === 'native') return host;
  return { ...host, spawn: (options) => host.spawn({ ...options, environment: { ...options.environment, [IMAGES_VARIABLE]: 'portable' } }) };
}

function sendCanary(host: WorkerHost, withinMilliseconds: number): Promise<{ readonly exit: WorkerExit; readonly isLate: boolean }> {
  return new Promise((resolve) => {
    let isLate = false;
    const canary = host.spawn({ name: 'larder-image-canary', heapMegabytes: HEAP_MEGABYTES, environment: { [IMAGES_VARIABLE]: 'canary' } });
    const timer = setTimeout(() => {
      isLate = true;
      canary.kill();
    }, withinMilliseconds);
    canary.onExit((exit) => {
      clearTimeout(timer);
      resolve({ exit, isLate });
    });
  });
}

/** Where it cannot be kept, it is asked again at the next start. */
async function keepVerdict(path: string, versions: string, verdict: ImageVerdict): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, JSON.stringify({ versions, verdict }));
  } catch (error) {
    process.stderr.write(`How pictures are drawn was not kept: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** A file that is missing, damaged or of other versions is no answer. */
function readVerdict(path: string, versions: string): ImageVerdict | undefined {
  try {
    const kept = JSON.parse(readFileSync(path, 'utf8')) as { readonly versions?: unknown; readonly verdict?: unknown };
    if (kept.versions !== versions) return undefined;
    return kept.verdict === 'native' || kept.verdict === 'portable' ? kept.verdict : undefined;
  } catch {
    return undefined;
  }
}
