import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createDraw } from '../draw.ts';
import { hostileViolation } from './check.ts';
import { Coverage } from './coverage.ts';
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
async function fuzz({ module, target: name, seed, cpuMilliseconds, wallMilliseconds, folder, corpus: kept }: FuzzOrder, tell: (event: FuzzEvent) => void): Promise<FuzzEvent> {
  const coverage = new Coverage();
  const { TARGETS } = (await import(module)) as { readonly TARGETS: readonly HostileTarget[] };
  const target = TARGETS.find((one) => one.name === name)!;
  const draw = createDraw(seed);
  const own = target.seeds();
  const given = [...own, ...kept.map((text) => Buffer.from(text, 'base64'))];
  const corpus: Buffer[] = [];
  const codes = new Set<string>();
  let beatAt = 0;
  tell({ type: 'beat', count: 0 });
  let slowestMs = 0;
  coverage.skip();
  const startedAt = performance.now();
  const begun = process.cpuUsage();
  const isOver = (): boolean => {
    const { user, system } = process.cpuUsage(begun);
    return (user + system) / 1000 >= cpuMilliseconds || performance.now() - startedAt >= wallMilliseconds;
  };
  let count = 0;
  for (; count < given.length || !isOver(); count++) {
    const isGiven = count < given.length;
    const input = isGiven ? given[count]! : mutate(draw.oneOf(corpus), draw.oneOf(corpus), target.words, draw);
    // What it is reading stays behind, should it end in the middle.
    writeFileSync(join(folder, 'current'), input);
    const { answer, ms } = await answerOf(target, input, folder);
    slowestMs = Math.max(slowestMs, ms);
    codes.add(answer);
    const violation = hostileViolation({ what: `${name} ${count} of seed ${seed} (${input.length} bytes)`, answer, ms });
    if (violation !== undefined) tell({ type: 'violation', violation, input: input.toString('base64') });
    const fresh = coverage.take();
    if (count < own.length || (fresh > 0 && corpus.length < CORPUS_MAX)) corpus.push(input);
    // Also what was kept before: of inputs that reach the same, the first is enough.
    if (count >= own.length && fresh > 0 && input.length <= KEPT_BYTES_MAX) tell({ type: 'new', input: input.toString('base64') });
    if (performance.now() - beatAt > BEAT_MS) {
      beatAt = performance.now();
      tell({ type: 'beat', count: count + 1 });
      // Readers that never wait would keep the messages from leaving.
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  const { user, system } = process.cpuUsage(begun);
  return { type: 'done', count, blocks: coverage.blocks, codes: [...codes], slowestMs, cpuSeconds: (user + system) / 1e6 };
}

process.once('message', (order: FuzzOrder) => {
  const tell = (event: FuzzEvent): void => void process.send!(event);
  const end = (event: FuzzEvent): void => void process.send!(event, () => process.disconnect());
  fuzz(order, tell).then(end, (error: unknown) => end({ type: 'violation', violation: `${order.target}: the reading process failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` }));
});
