import { expect, test } from 'vitest';
import { parseDigest, parseEntries, parseNextLink } from './listing.ts';

test('entries: stored files by sha256 and their own size, git files by sha1, the rest left out', () => {
  const sha1 = 'a'.repeat(40);
  const sha256 = 'b'.repeat(64);
  const json = [
    { type: 'directory', path: 'd', oid: sha1, size: 0 },
    { type: 'file', path: 'd/x.nii.gz', oid: sha1, size: 134, lfs: { oid: sha256, size: 5000, pointerSize: 134 }, xetHash: 'c'.repeat(64) },
    { type: 'file', path: 'README.md', oid: sha1, size: 12 },
    { type: 'something-new', path: 'z' },
  ];
  expect(parseEntries(json)).toEqual([
    { path: 'd/x.nii.gz', sizeBytes: 5000, digest: { algorithm: 'sha256', hex: sha256 } },
    { path: 'README.md', sizeBytes: 12, digest: { algorithm: 'git-sha1', hex: sha1 } },
  ]);
});

test('digests: of their length, or hidden, or refused', () => {
  expect(parseDigest('sha256', '*'.repeat(64), 'x')).toEqual({ algorithm: 'sha256', hex: '' });
  for (const hex of ['', 'A'.repeat(64), 'a'.repeat(63), '../../x']) {
    expect(() => parseDigest('sha256', hex, 'x')).toThrow(expect.objectContaining({ code: 'SOURCE_WRONG_CONTENT' }));
  }
});

test.each([
  ['<https://h/a?cursor=x>; rel="next"', 'https://h/a?cursor=x'],
  ['<https://h/a>;rel=next', 'https://h/a'],
  ['<https://h/p>; rel="prev", <https://h/n>; rel="next"', 'https://h/n'],
  ['<https://h/n>; title="x"; rel="next", <https://h/p>; rel="prev"', 'https://h/n'],
  ['<https://h/p>; rel="prev"', undefined],
  ['', undefined],
])('the next page of %j', (header, expected) => {
  expect(parseNextLink(header)).toBe(expected);
});
