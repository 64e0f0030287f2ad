import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDraw } from '../draw.ts';
import { hostileViolation } from './check.ts';
import { mutate } from './mutate.ts';
import type { FuzzEvent, FuzzOrder } from './fuzz.ts';
import { answerOf } from './target.ts';
import type { HostileTarget } from './target.ts';

/** How often the parent hears of it, ms; and how much of a corpus is kept. */
const BEAT_MS = 250;
const CORPUS_MAX = 600;
/** Longer ones are used in this run and not kept for the next. */
const KEPT_BYTES_MAX = 3 * 1024;

/** Runs in a process of its own, which may read the project and its folder, write its folder, and start nothing. */
async function fuzz({ module, target: name, seed, milliseconds, folder, corpus: kept }: FuzzOrder, tell: (event: FuzzEvent) => void): Promise<FuzzEvent> {
  const { TARGETS } = (await import(module)) as { readonly TARGETS: readonly HostileTarget[] };
  const target = TARGETS.find((one) => one.name === name)!;
  const draw = createDraw(seed);
  const given = [...target.seeds(), ...kept.map((text) => Buffer.from(text, 'base64'))];
  const corpus: Buffer[] = [];
  const shapes = new Set<string>();
  const codes = new Set<string>();
  let beatAt = 0;
  tell({ type: 'beat', count: 0 });
  let slowestMs = 0;
  const endAt = performance.now() + milliseconds;
  let count = 0;
  for (; count < given.length || performance.now() < endAt; count++) {
    const isGiven = count < given.length;
    const input = isGiven ? given[count]! : mutate(draw.oneOf(corpus), draw.oneOf(corpus), target.words, draw);
    // What it is reading stays behind, should it end in the middle.
    writeFileSync(join(folder, 'current'), input);
    const { answer, shape, ms } = await answerOf(target, input, folder);
    slowestMs = Math.max(slowestMs, ms);
    codes.add(answer);
    const violation = hostileViolation({ what: `${name} ${count} of seed ${seed} (${input.length} bytes, ${input.subarray(0, 48).toString('base64')})`, answer, ms });
    if (violation !== undefined) tell({ type: 'violation', violation });
    if ((isGiven && corpus.length < given.length) || (!shapes.has(shape) && corpus.length < CORPUS_MAX)) corpus.push(input);
    if (!shapes.has(shape) && !isGiven && input.length <= KEPT_BYTES_MAX) tell({ type: 'new', input: input.toString('base64') });
    shapes.add(shape);
    if (performance.now() - beatAt > BEAT_MS) {
      beatAt = performance.now();
      tell({ type: 'beat', count: count + 1 });
      // Readers that never wait would keep the messages from leaving.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return { type: 'done', count, shapes: shapes.size, codes: [...codes], slowestMs };
}

process.once('message', (order: FuzzOrder) => {
  const tell = (event: FuzzEvent): void => void process.send!(event);
  const end = (event: FuzzEvent): void => void process.send!(event, () => process.disconnect());
  fuzz(order, tell).then(end, (error: unknown) => end({ type: 'violation', violation: `${order.target}: the reading process failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }));
});
