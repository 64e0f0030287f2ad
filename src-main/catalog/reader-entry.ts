/** The thread that reads the catalog for screens, with a connection and lists of its own; started by `ReaderThread`. */
import { parentPort, workerData } from 'node:worker_threads';
import { toWire } from '../base/index.ts';
import { openCatalog } from './open.ts';
import type { FromReader, ToReader } from './reader-questions.ts';
import { answerTo } from './reader-questions.ts';

if (parentPort === null) throw new Error('This file is a thread of Larder and is started by it.');
const port = parentPort;
const { path } = workerData as { readonly path: string };
const catalog = openCatalog({ path, readonly: true });
const underWay = new Map<number, AbortController>();

async function answer({ id, question }: Extract<ToReader, { question: unknown }>): Promise<FromReader> {
  const abort = new AbortController();
  underWay.set(id, abort);
  try {
    return { id, value: await answerTo(question, catalog.pages, abort.signal) };
  } catch (error) {
    return { id, error: toWire(error) };
  } finally {
    underWay.delete(id);
  }
}

port.on('message', (message: ToReader) => {
  if ('question' in message) void answer(message).then((reply) => port.postMessage(reply));
  else underWay.get(message.id)?.abort();
});
