import { EventEmitter } from 'node:events';
import type Electron from 'electron';
import { describe, expect, it, vi } from 'vitest';
import type { DesktopMessage } from '../../contract/desktop.ts';
import { followDownloads } from './downloads.ts';
import type { SessionPart } from './electron-parts.ts';

const OWN = {} as Electron.WebContents;

function follow() {
  const events = new EventEmitter();
  const sent: DesktopMessage[] = [];
  const downloads = followDownloads({ session: events as unknown as SessionPart, messages: { send: (message) => sent.push(message), attach: () => undefined }, devUrl: undefined, isOwn: (contents) => contents === OWN });
  const offer = (url: string, contents: object = OWN) => {
    const preventDefault = vi.fn();
    const setSaveDialogOptions = vi.fn();
    const item = Object.assign(new EventEmitter(), { getURL: () => url, getFilename: () => 'map.json', getSavePath: () => '/home/map.json', setSaveDialogOptions });
    events.emit('will-download', { preventDefault }, item, contents);
    return { item, isRefused: preventDefault.mock.calls.length === 1, setSaveDialogOptions };
  };
  return { downloads, offer, sent };
}

describe('what a page has saved', () => {
  it.each([
    ['completed', { savedId: 1 }],
    ['cancelled', {}],
    ['interrupted', {}],
  ])('is told when it is %s', (outcome, expected) => {
    const { downloads, offer, sent } = follow();
    const { item, isRefused, setSaveDialogOptions } = offer('blob:larder://app/1b2c-3d');
    expect(isRefused).toBe(false);
    expect(setSaveDialogOptions).toHaveBeenCalledWith({ title: 'Save map.json' });
    expect(sent).toEqual([]);
    item.emit('done', {}, outcome);
    expect(sent).toEqual([{ type: 'saved', saved: { blob: '1b2c-3d', outcome, ...expected } }]);
    expect(downloads.pathOf(1)).toBe(outcome === 'completed' ? '/home/map.json' : undefined);
    expect(downloads.pathOf(2)).toBeUndefined();
  });

  it.each([
    ['an address that is no blob', 'larder://app/_data/document/1/hash_map.json', OWN],
    ['a blob of another page', 'blob:https://elsewhere.example/1b2c', OWN],
    ['a blob with another host', 'blob:larder://elsewhere/1b2c', OWN],
    ['data', 'data:text/plain,x', OWN],
    ['nonsense', 'blob:', OWN],
    ['another window', 'blob:larder://app/1b2c', {}],
  ])('is nothing for %s', (_what, url, contents) => {
    const { offer, sent } = follow();
    const { item, isRefused } = offer(url, contents);
    expect(isRefused).toBe(true);
    item.emit('done', {}, 'completed');
    expect(sent).toEqual([]);
  });

  it('is known by its number for the last hundred', () => {
    const { downloads, offer } = follow();
    for (let i = 0; i < 101; i++) offer('blob:larder://app/1b2c').item.emit('done', {}, 'completed');
    expect([downloads.pathOf(1), downloads.pathOf(2), downloads.pathOf(101)]).toEqual([undefined, '/home/map.json', '/home/map.json']);
  });
});
