import { PassThrough, Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { bodyChunks } from './body-chunks.ts';

test('what came before the connection broke is given out before the error', async () => {
  const body = new PassThrough();
  const chunks = bodyChunks(body);
  const first = chunks.next();
  body.write('one');
  expect((await first).value?.toString()).toBe('one');
  body.write('two');
  body.write('three');
  await setImmediate();
  body.destroy(new Error('reset'));
  expect((await chunks.next()).value?.toString()).toBe('two');
  expect((await chunks.next()).value?.toString()).toBe('three');
  await expect(chunks.next()).rejects.toThrow('reset');
});

test('all bytes in order, with the network paused while the disk is slow', async () => {
  const pieces = Array.from({ length: 300 }, (_, index) => Buffer.alloc(64 << 10, index));
  const body = Readable.from(pieces);
  let wasPaused = false;
  let count = 0;
  for await (const chunk of bodyChunks(body)) {
    expect(chunk[0]).toBe(count % 256);
    count += 1;
    await setImmediate();
    await setImmediate();
    wasPaused ||= body.isPaused();
  }
  expect(count).toBe(300);
  expect(wasPaused).toBe(true);
});

test('a reader that leaves closes the body', async () => {
  const body = new PassThrough();
  body.write('x');
  for await (const chunk of bodyChunks(body)) {
    expect(chunk.toString()).toBe('x');
    break;
  }
  expect(body.destroyed).toBe(true);
});

test('a body closed without a word just ends', async () => {
  const body = new PassThrough();
  const chunks = bodyChunks(body);
  const next = chunks.next();
  body.destroy();
  expect((await next).done).toBe(true);
});

test('a body that broke before anybody listened ends, and tells why if it did', { timeout: 2_000 }, async () => {
  const broken = new PassThrough();
  broken.on('error', () => undefined);
  broken.write('one');
  broken.destroy(new Error('reset'));
  await setImmediate();
  await expect(bodyChunks(broken).next()).rejects.toThrow('reset');
  const closed = new PassThrough();
  closed.destroy();
  await setImmediate();
  expect((await bodyChunks(closed).next()).done).toBe(true);
});
