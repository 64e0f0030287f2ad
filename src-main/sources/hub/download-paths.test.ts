import { expect, test } from 'vitest';
import { downloadPaths, extensionOf } from './download-paths.ts';

test.each([
  ['a/valid_1_a_1.nii.gz', '.nii.gz'],
  ['a/b.c.nii.gz', '.nii.gz'],
  ['x.csv', '.csv'],
  ['x.tar.zst', '.tar.zst'],
  ['x.gz', '.gz'],
  ['README', ''],
  ['.hidden', ''],
  ['a.b/c', ''],
  ['x.we ird', ''],
  ['x.part', ''],
  ['x.json', ''],
  ['x.lock', ''],
])('%s keeps %j', (path, extension) => {
  expect(extensionOf(path)).toBe(extension);
});

test('names come from the content, not from the path', () => {
  const file = { path: '../../evil/../a.nii.gz', sizeBytes: 7, digest: { algorithm: 'sha256', hex: 'f'.repeat(64) } } as const;
  const stem = `/raw/${'f'.repeat(64)}-7`;
  expect(downloadPaths('/raw', file)).toMatchObject({ part: `${stem}.part`, record: `${stem}.json`, lock: `${stem}.lock`, final: `${stem}.nii.gz` });
});
