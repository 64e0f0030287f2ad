import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isLarderError } from '../../../src-main/base/index.ts';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import { parseFont } from '../../../src-main/kinds/image/font-file.ts';
import { getKind } from '../../../src-main/kinds/index.ts';
import { WorkerPool, createNodeWorkerHost } from '../../../src-main/workers/index.ts';
import type { Draw } from '../draw.ts';
import { ANSWER_MS, MEMORY_MB, hostileViolation } from './check.ts';
import { FOUND, keepFound, readCorpus } from './corpus.ts';
import { mutateInPlace } from './mutate.ts';
import { seedFonts } from './raw-sfnt.ts';

const ENTRY = join(import.meta.dirname, '../../../src-main/workers/entry.ts');
/** As the workers of a job have it. */
const HEAP_MEGABYTES = 512;
/** For the process to start on a machine that has other things to do. */
const START_MS = 30_000;
/** Fonts refused by the guard are not drawn; of so many mutations one passes, or the sound font is drawn. */
const TRIES = 40;
const SOUND_BYTES_MAX = 512 * 1024;
const SYSTEM_FONTS_MAX = 6;

export interface DrawnReport {
  readonly fonts: number;
  /** Ways it was answered, and how often. */
  readonly answers: Readonly<Record<string, number>>;
  readonly slowestMs: number;
  readonly peakMegabytes: number;
  readonly violations: readonly string[];
}

/** Real fonts, with shaping; none where the machine has none. */
function systemFonts(): Buffer[] {
  const folder = findKhmerFonts();
  if (folder === undefined) return [];
  return readdirSync(folder)
    .filter((name) => /\.[ot]tf$/i.test(name))
    .map((name) => readFileSync(join(folder, name)))
    .filter((bytes) => bytes.length <= SOUND_BYTES_MAX)
    .slice(0, SYSTEM_FONTS_MAX);
}

/** Damaged fonts that Larder's own reader lets pass, so that the library behind it has to draw them. */
async function passing(draw: Draw, sound: readonly Buffer[]): Promise<Buffer> {
  for (let n = 0; n < TRIES; n++) {
    const input = mutateInPlace(draw.oneOf(sound), draw);
    try {
      parseFont(input, 'font.ttf').outlineWidth(0x41);
      return input;
    } catch (error) {
      if (!isLarderError(error)) throw error;
    }
  }
  return draw.oneOf(sound);
}

/**
 * Draws damaged fonts as a job does: in a worker process, with its heap limit. Each font has a process of its own, since the
 * library keeps what it has read.
 */
export async function drawFonts(count: number, draw: Draw, found = FOUND): Promise<DrawnReport> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-drawn-'));
  const sound = [...seedFonts().slice(0, 2), ...systemFonts()];
  const kept = readCorpus('drawn').map((text) => Buffer.from(text, 'base64'));
  const environment = await getKind('image').batches!.environment(join(folder, 'data'));
  const answers: Record<string, number> = {};
  const violations: string[] = [];
  let slowestMs = 0;
  let peakMegabytes = 0;
  try {
    for (let n = 0; n < count; n++) {
      const input = kept[n] ?? (await passing(draw, sound));
      const place = join(folder, String(n));
      mkdirSync(place);
      const fontFile = join(place, 'font.ttf');
      writeFileSync(fontFile, input);
      const pool = new WorkerPool({ host: createNodeWorkerHost(ENTRY, process.env), count: 1, heapMegabytes: HEAP_MEGABYTES, environment });
      const { answer, ms } = await answerOf(pool, fontFile);
      peakMegabytes = Math.max(peakMegabytes, pool.peakRssBytes / 2 ** 20);
      await pool.close();
      rmSync(place, { recursive: true });
      answers[answer] = (answers[answer] ?? 0) + 1;
      slowestMs = Math.max(slowestMs, ms);
      const violation = hostileViolation({ what: `drawing font ${n} (${input.length} bytes)`, answer, ms }) ?? (peakMegabytes > MEMORY_MB ? `drawing font ${n}: ${Math.round(peakMegabytes)} MB of memory` : undefined);
      if (violation !== undefined) violations.push(`${violation}; kept as ${keepFound(found, 'drawn', input)}`);
    }
    return { fonts: count, answers, slowestMs, peakMegabytes, violations };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @returns the answer and how long it took in a worker that had started */
async function answerOf(pool: WorkerPool, fontFile: string): Promise<{ readonly answer: string; readonly ms: number }> {
  const run = (task: string, payload: unknown, limitMs: number): Promise<unknown> => pool.run({ kind: 'image', task, payload }, { signal: AbortSignal.timeout(limitMs) });
  // A font that is not there is answered by a started worker.
  await run('draft', { fontFile: `${fontFile}.absent`, drawn: 'A', height: 64 }, START_MS).catch(() => undefined);
  const startedAt = performance.now();
  try {
    const drawn = (await run('draft', { fontFile, drawn: 'AZ កខ', height: 64 }, 2 * ANSWER_MS)) as { readonly problem?: string };
    return { answer: drawn.problem === undefined ? 'sound' : 'refused', ms: performance.now() - startedAt };
  } catch (error) {
    return { answer: isLarderError(error) ? error.code : `threw ${String(error)}`, ms: performance.now() - startedAt };
  }
}
