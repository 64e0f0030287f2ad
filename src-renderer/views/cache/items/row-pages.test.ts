import { describe, expect, it } from 'vitest';
import type { EntryPage } from '../../../../src-main/contract/commands.ts';
import type { EntrySummary } from '../../../../src-main/contract/entries.ts';
import { RowPages } from './row-pages.ts';

function rowAt(index: number, state: EntrySummary['state'] = 'cached'): EntrySummary {
  return { key: `k${index}`, name: `n${index}`, split: null, state, file: null, sizeBytes: null, modifiedAtMs: null, shape: null, dtype: null, verifiedAtMs: null };
}

function makeList(total: number) {
  const asked: number[] = [];
  const list = { total, state: 'cached' as EntrySummary['state'], fails: false };
  const load = async (offset: number, limit: number): Promise<EntryPage> => {
    asked.push(offset);
    if (list.fails) throw new Error('lost');
    return { total: list.total, rows: Array.from({ length: Math.max(0, Math.min(limit, list.total - offset)) }, (_, i) => rowAt(offset + i, list.state)) };
  };
  return { asked, list, load };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('rows in pages', () => {
  it('loads what is in view and knows the length', async () => {
    const { load, asked } = makeList(1_000_000);
    const pages = new RowPages(load, () => undefined);
    pages.want(0, 30);
    expect(pages.row(0)).toBeUndefined();
    await settle();
    expect(pages.total).toBe(1_000_000);
    expect(pages.row(99)?.key).toBe('k99');
    pages.want(999_980, 999_999);
    await settle();
    expect(pages.row(999_999)?.key).toBe('k999999');
    expect(asked).toEqual([0, 999_900]);
  });

  it('leaves out what has been scrolled past', async () => {
    const { load, asked } = makeList(1_000_000);
    const pages = new RowPages(load, () => undefined);
    for (let first = 0; first < 500_000; first += 5_000) pages.want(first, first + 20);
    await settle();
    expect(asked).toEqual([0, 495_000]);
  });

  it('keeps what is shown until it is loaded anew', async () => {
    const { load, list } = makeList(150);
    let changes = 0;
    const pages = new RowPages(load, () => changes++);
    pages.want(90, 110);
    await settle();
    list.state = 'damaged';
    pages.refresh();
    expect(pages.row(95)?.state).toBe('cached');
    await settle();
    expect(pages.row(95)?.state).toBe('damaged');
    expect(pages.row(105)?.state).toBe('damaged');
    expect(changes).toBe(4);
  });

  it('tells a failure, and loads again when asked', async () => {
    const { load, list } = makeList(10);
    list.fails = true;
    const pages = new RowPages(load, () => undefined);
    pages.want(0, 10);
    await settle();
    expect(pages.error?.message).toBe('lost');
    list.fails = false;
    pages.refresh();
    await settle();
    expect(pages.error).toBeNull();
    expect(pages.total).toBe(10);
  });

  it('loads a long stretch in calls of 500', async () => {
    const { load, asked } = makeList(1_200);
    const pages = new RowPages(load, () => undefined);
    expect(await pages.stretch(100, 1_250)).toHaveLength(1_100);
    expect(asked).toEqual([100, 600, 1_100, 1_200]);
  });

  it('is quiet when closed', async () => {
    const { load } = makeList(10);
    let changes = 0;
    const pages = new RowPages(load, () => changes++);
    pages.want(0, 5);
    pages.close();
    await settle();
    expect(changes).toBe(0);
  });
});
