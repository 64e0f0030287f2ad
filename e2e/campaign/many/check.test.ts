import { expect, it } from 'vitest';
import { encodeGreyPng } from '../../../src-main/formats/png/index.ts';
import { makeEntries } from '../damage/entries.ts';
import { IMAGE_FORM, VOLUME_FORM } from '../faults/cache-form.ts';
import { ReaderCheck, endOfCommandViolations, findingViolations, pictureViolations, pythonViolations } from './check.ts';

const [first, second] = (await makeEntries(2)).map(({ bytes }) => Buffer.from(bytes)) as [Buffer, Buffer];
const wanted = new Map([['1.pt', first], ['2.pt', second]]);
const picture = (grey: number): Buffer => encodeGreyPng(new Uint8Array(12).fill(grey), 4, 3);

it('lets an entry be gone that somebody was told to remove', () => {
  const check = new ReaderCheck(VOLUME_FORM, wanted, new Set(['1.pt']));
  check.add({ read: new Map([['1.pt', first]]) });
  expect(check.violations).toEqual([]);
  expect(check.files).toBe(1);
});

it('sees half a file, the content of another and a lost entry', () => {
  const check = new ReaderCheck(VOLUME_FORM, wanted, new Set(['1.pt']));
  check.add({ read: new Map([['1.pt', first.subarray(0, 5000)]]) });
  check.add({ read: new Map([['1.pt', second]]) });
  check.add({ read: new Map([['2.pt', second]]) });
  expect(check.violations[0]).toMatch(/no whole file/);
  expect(check.violations[1]).toMatch(/another content/);
  expect(check.violations[2]).toMatch(/did not find 1\.pt/);
});

it('sees the same of pictures and their metadata, and lets metadata be made at another time', () => {
  const metadata = (text: string, madeAt: string): Buffer => Buffer.from(JSON.stringify({ text, font_path: 'fonts/A.ttf', image_height: 3, image_width: 4, cache_key: 'k', created_at: madeAt }));
  const files = new Map([['images/k.png', picture(10)], ['metadata/k.json', IMAGE_FORM.comparable(metadata('one', '1.0'), 'metadata/k.json')]]);
  const check = new ReaderCheck(IMAGE_FORM, files, new Set(files.keys()));
  check.add({ read: new Map([['images/k.png', picture(10)], ['metadata/k.json', metadata('one', '2.0')]]) });
  expect(check.violations).toEqual([]);
  check.add({ read: new Map([['images/k.png', picture(11)], ['metadata/k.json', metadata('two', '1.0')]]) });
  check.add({ read: new Map([['images/k.png', picture(10).subarray(0, 40)]]) });
  expect(check.violations).toEqual(['a reader met images/k.png with another content than its own', 'a reader met metadata/k.json with another content than its own', expect.stringMatching(/images\/k\.png with 40 bytes that are no whole file/), 'a reader did not find metadata/k.json, which nobody was told to remove']);
});

it('sees what Python says and how a command ends', () => {
  expect(pythonViolations(['pass 12', 'bad 1.pt EOFError', 'pass 3'])).toEqual({ violations: ['Python: bad 1.pt EOFError'], files: 15 });
  expect(endOfCommandViolations('clear', 3, 'CACHE_IN_USE', '')).toEqual([]);
  expect(endOfCommandViolations('clear', 3, 'IO_FAILED', 'it said')[0]).toMatch(/IO_FAILED: it said/);
  expect(endOfCommandViolations('clear', null, undefined, '')).toHaveLength(1);
});

it('sees damage that is none, and that something nobody removed is called missing', () => {
  const kept = new Set(['images/a1.png', 'metadata/a1.json']);
  const of = (code: 'image-missing' | 'image-corrupt' | 'image-duplicate', key: string) => ({ severity: code === 'image-duplicate' ? 'warning' as const : 'error' as const, code, file: `images/${key}.png`, key, message: '' });
  expect(findingViolations('verify', [of('image-missing', 'b2'), of('image-duplicate', 'a1')], kept)).toEqual([]);
  expect(findingViolations('verify', [of('image-missing', 'a1')], kept)).toHaveLength(1);
  expect(findingViolations('verify', [of('image-corrupt', 'b2')], kept)).toHaveLength(1);
});

it('sees that the door shows half a picture, nothing of what must be there, or a fault', () => {
  const body = picture(7).toString('latin1');
  expect(pictureViolations('/thumb', { status: 200, body }, true)).toEqual([]);
  expect(pictureViolations('/thumb', { status: 404, body: '' }, false)).toEqual([]);
  expect(pictureViolations('/thumb', { status: 404, body: '' }, true)).toHaveLength(1);
  expect(pictureViolations('/thumb', { status: 200, body: body.slice(0, 50) }, false)[0]).toMatch(/no whole picture/);
  expect(pictureViolations('/thumb', { status: 500, body: 'a fault' }, false)[0]).toMatch(/500 to \/thumb: a fault/);
  expect(pictureViolations('/thumb', undefined, false)).toHaveLength(1);
});
