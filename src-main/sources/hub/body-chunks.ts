import type { Readable } from 'node:stream';

/** Received bytes that may wait for the disk before the network is asked to pause. */
const QUEUE_BYTES = 4 << 20;

/**
 * The chunks of a body in order, and its error only after all of them. Reading a stream directly
 * loses what it still holds when the connection breaks; here that was received and counts.
 * Ends like the body ends, also when it was closed without a word.
 */
export async function* bodyChunks(body: Readable): AsyncGenerator<Buffer> {
  const queue: Buffer[] = [];
  let queuedBytes = 0;
  // It may have broken while nobody listened, and then says nothing more.
  let failure: unknown = body.errored ?? undefined;
  let isOver = body.destroyed || body.readableEnded;
  let news = Promise.withResolvers<void>();
  body.on('data', (chunk: Buffer) => {
    queue.push(chunk);
    queuedBytes += chunk.length;
    if (queuedBytes >= QUEUE_BYTES) body.pause();
    news.resolve();
  });
  body.on('error', (error: unknown) => {
    failure = error;
    isOver = true;
    news.resolve();
  });
  body.on('close', () => {
    isOver = true;
    news.resolve();
  });
  try {
    for (;;) {
      const chunk = queue.shift();
      if (chunk !== undefined) {
        queuedBytes -= chunk.length;
        if (body.isPaused() && queuedBytes < QUEUE_BYTES) body.resume();
        yield chunk;
      } else if (isOver) {
        if (failure !== undefined) throw failure;
        return;
      } else {
        await news.promise;
        news = Promise.withResolvers<void>();
      }
    }
  } finally {
    body.destroy();
  }
}
