import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HandOver, LarderError, Places, delay, fileError, forEachLimited, fromWire, isCancelled, isLarderError, md5Hex, retry, sha256OfFile, toWire, writeFileAtomic } from './index.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'larder-base-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: something`), { code });
}

describe('errors', () => {
  it('cross a process as data, with code, hint, details and cause', () => {
    const error = new LarderError('NIFTI_INVALID', 'scan.nii.gz is cut off.', { hint: 'Download it again.', details: { expected: 10, found: 7 }, cause: new LarderError('IO_FAILED', 'read failed') });
    const back = fromWire(JSON.parse(JSON.stringify(toWire(error))));
    expect(back).toMatchObject({ code: 'NIFTI_INVALID', message: 'scan.nii.gz is cut off.', hint: 'Download it again.', details: { expected: 10, found: 7 } });
    expect(isLarderError(back.cause, 'IO_FAILED')).toBe(true);
  });

  it('never carry a stack', () => {
    expect(JSON.stringify(toWire(new TypeError('x is not a function')))).toBe('{"code":"INTERNAL","message":"x is not a function"}');
  });

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EACCES', 'PERMISSION_DENIED'],
    ['EPERM', 'PERMISSION_DENIED'],
    ['EROFS', 'READ_ONLY'],
    ['ENOENT', 'FILE_NOT_FOUND'],
    ['EIO', 'IO_FAILED'],
  ])('say %s in words, with the path', (errno, code) => {
    const error = fileError(systemError(errno), '/data/x.pt', 'writing');
    expect(error).toMatchObject({ code });
    expect((error as LarderError).message).toContain('/data/x.pt');
    expect((error as LarderError).hint).toBeTruthy();
  });

  it('leave bugs and cancellation as they are', () => {
    const bug = new TypeError('oops');
    expect(fileError(bug, '/x', 'writing')).toBe(bug);
    const abort = new DOMException('stop', 'AbortError');
    expect(isCancelled(abort)).toBe(true);
    expect(toWire(abort).code).toBe('CANCELLED');
  });
});

describe('digests', () => {
  it('are those of md5 and sha256', async () => {
    // RFC 1321, appendix A.5, and FIPS 180-2, appendix B.1.
    expect(md5Hex('abc')).toBe('900150983cd24fb0d6963f7d28e17f72');
    const path = join(directory, 'abc');
    await writeFile(path, 'abc');
    expect(await sha256OfFile(path)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('of a file larger than the buffer agree with one hash over all of it', async () => {
    const bytes = Buffer.alloc((1 << 20) * 2 + 17, 7);
    const path = join(directory, 'big');
    await writeFile(path, bytes);
    expect(await sha256OfFile(path)).toBe(createHash('sha256').update(bytes).digest('hex'));
  });
});

describe('atomic writing', () => {
  it('replaces a file as a whole and leaves no temporary', async () => {
    const path = join(directory, 'x.json');
    await writeFileAtomic(path, 'one');
    await writeFileAtomic(path, ['t', 'w', 'o']);
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(directory)).toEqual(['x.json']);
  });

  it('keeps the old file when the new one cannot be finished', async () => {
    const path = join(directory, 'x.json');
    await writeFileAtomic(path, 'old');
    const broken = (function* () {
      yield 'half';
      throw new Error('the source broke');
    })();
    await expect(writeFileAtomic(path, broken)).rejects.toThrow('the source broke');
    expect(await readFile(path, 'utf8')).toBe('old');
    expect(await readdir(directory)).toEqual(['x.json']);
  });
});

describe('limited work', () => {
  it('never does more at once than allowed, and does everything', async () => {
    let running = 0;
    let most = 0;
    const done: number[] = [];
    await forEachLimited(Array.from({ length: 20 }, (_, i) => i), 3, async (i) => {
      most = Math.max(most, ++running);
      await delay(1);
      running--;
      done.push(i);
    });
    expect(most).toBe(3);
    expect(done.sort((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, i) => i));
  });

  it('takes nothing new after a failure and waits for what is under way', async () => {
    let finished = 0;
    const work = forEachLimited([1, 2, 3, 4, 5, 6], 2, async (i) => {
      if (i === 1) throw new Error('first');
      await delay(20);
      finished++;
    });
    await expect(work).rejects.toThrow('first');
    expect(finished).toBe(1);
  });

  it('stops on abort', async () => {
    const abort = new AbortController();
    const work = forEachLimited(Array.from({ length: 100 }), 1, async () => {
      abort.abort();
      await delay(1);
    }, abort.signal);
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('handing over', () => {
  it('keeps the order and waits on both ends', async () => {
    const line = new HandOver<number>(2, new AbortController().signal);
    const taken: number[] = [];
    const consumer = (async () => {
      for (let item = await line.next(); item !== undefined; item = await line.next()) taken.push(item);
    })();
    for (let i = 0; i < 10; i++) {
      await line.push(i);
      expect(line.length).toBeLessThanOrEqual(2);
    }
    line.close();
    await consumer;
    expect(taken).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('lets go of both ends on abort', async () => {
    const abort = new AbortController();
    const line = new HandOver<number>(1, abort.signal);
    await line.push(1);
    const waiting = [line.push(2), new HandOver<number>(1, abort.signal).next()];
    abort.abort();
    for (const outcome of await Promise.allSettled(waiting)) expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'CANCELLED' } });
  });

  it('gives places in turn', async () => {
    const places = new Places(1);
    const { signal } = new AbortController();
    const order: string[] = [];
    await places.acquire(signal);
    const a = places.acquire(signal).then(() => order.push('a'));
    const abort = new AbortController();
    const b = places.acquire(abort.signal).catch(() => order.push('b gone'));
    const c = places.acquire(signal).then(() => order.push('c'));
    abort.abort();
    await b;
    places.release();
    await a;
    places.release();
    await c;
    expect(order).toEqual(['b gone', 'a', 'c']);
  });
});

describe('retrying', () => {
  it('tries as often as allowed, with waits that double', async () => {
    let tries = 0;
    const value = await retry(async () => {
      tries++;
      if (tries < 3) throw systemError('EAGAIN');
      return await Promise.resolve(tries);
    }, { tries: 5, firstDelayMs: 1, maxDelayMs: 4, isRetryable: () => true, random: () => 1 });
    expect(value).toBe(3);
  });

  it('gives up on errors that will not pass', async () => {
    let tries = 0;
    await expect(retry(() => Promise.reject(new Error(String(++tries))), { tries: 5, firstDelayMs: 1, maxDelayMs: 1, isRetryable: () => false })).rejects.toThrow('1');
  });
});
