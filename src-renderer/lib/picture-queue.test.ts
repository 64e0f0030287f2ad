import { describe, expect, it } from 'vitest';
import { PictureQueue } from './picture-queue.ts';

/** A server answered by hand. */
function makeQueue(kept = 10) {
  const asked: { readonly url: string; readonly signal: AbortSignal; readonly answer: (src: string | undefined) => void; readonly fail: () => void }[] = [];
  const released: string[] = [];
  const queue = new PictureQueue({
    atOnce: 2,
    kept,
    release: (src) => released.push(src),
    load: (url, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('given up')));
        asked.push({ url, signal, answer: resolve, fail: () => reject(new Error('lost')) });
      }),
  });
  return { queue, asked, released, urls: () => asked.map(({ url }) => url) };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('pictures for the screen', () => {
  it('are loaded two at a time, in order', async () => {
    const { queue, asked, urls } = makeQueue();
    const ended: string[] = [];
    for (const url of ['a', 'b', 'c']) queue.want(url, '1', () => ended.push(url));
    expect(urls()).toEqual(['a', 'b']);
    asked[1]!.answer('blob:b');
    await settled();
    expect(urls()).toEqual(['a', 'b', 'c']);
    expect(ended).toEqual(['b']);
    expect(queue.find('b', '1')).toEqual({ state: 'there', src: 'blob:b' });
    expect(queue.find('b', '2')).toBeUndefined();
  });

  it('that scrolled away are not asked for, or given up', async () => {
    const { queue, asked, urls } = makeQueue();
    const leave = ['a', 'b', 'c', 'd'].map((url) => queue.want(url, '1', () => undefined));
    leave[2]!();
    leave[0]!();
    expect(asked[0]!.signal.aborted).toBe(true);
    await settled();
    expect(urls()).toEqual(['a', 'b', 'd']);
    expect(queue.find('a', '1')).toBeUndefined();
  });

  it('are loaded once for two who want them, until both have left', () => {
    const { queue, asked, urls } = makeQueue();
    const first = queue.want('a', '1', () => undefined);
    const second = queue.want('a', '1', () => undefined);
    first();
    expect(urls()).toEqual(['a']);
    expect(asked[0]!.signal.aborted).toBe(false);
    second();
    expect(asked[0]!.signal.aborted).toBe(true);
  });

  it('come for who asked again while they were being given up', async () => {
    const { queue, asked, urls } = makeQueue();
    const ended: string[] = [];
    queue.want('a', '1', () => undefined)();
    queue.want('a', '1', () => ended.push('a'));
    await settled();
    expect(urls()).toEqual(['a', 'a']);
    asked[1]!.answer(undefined);
    await settled();
    expect(ended).toEqual(['a']);
    expect(queue.find('a', '1')).toEqual({ state: 'absent' });
  });

  it('are tried again where a worker or the line was lost', async () => {
    const { queue, asked } = makeQueue();
    const ended: string[] = [];
    queue.want('a', '1', () => ended.push('a'));
    asked[0]!.fail();
    await expect.poll(() => asked.length).toBe(2);
    expect(ended).toEqual([]);
    asked[1]!.answer('blob:a');
    await settled();
    expect(ended).toEqual(['a']);
    expect(queue.find('a', '1')).toEqual({ state: 'there', src: 'blob:a' });
  });

  it('are given back when there are too many, those unseen for longest first', async () => {
    const { queue, asked, released } = makeQueue(2);
    for (const [index, url] of ['a', 'b', 'c'].entries()) {
      if (url === 'c') queue.find('a', '1');
      queue.want(url, '1', () => undefined);
      asked[index]!.answer(`blob:${url}`);
      await settled();
    }
    expect(released).toEqual(['blob:b']);
    expect(queue.find('a', '1')).toEqual({ state: 'there', src: 'blob:a' });
  });
});
