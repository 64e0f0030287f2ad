import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fileError, toWire } from './index.ts';

it('a full disk is told with how much is free, also at a path that is not there yet', () => {
  const error = toWire(fileError(Object.assign(new Error('no'), { code: 'ENOSPC' }), join(tmpdir(), 'not', 'there'), 'writing'));
  expect(error.code).toBe('DISK_FULL');
  expect(error.hint).toMatch(/^[\d.]+ (B|kB|MB|GB|TB) are free there\. Free some space/);
});
