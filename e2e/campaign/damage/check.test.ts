import { expect, it } from 'vitest';
import { createDraw } from '../draw.ts';
import { catalogViolations } from './catalogs.ts';
import { damageViolation } from './check.ts';
import { DAMAGES } from './damages.ts';
import { saysOther } from './images.ts';

it('sees a change that was not found, and an alarm without one', () => {
  expect(damageViolation({ damage: 'bit', isChanged: true, findings: [] })).toMatch(/nothing was found/);
  expect(damageViolation({ damage: 'none', isChanged: false, findings: ['crc-mismatch'] })).toMatch(/nothing changed/);
  expect(damageViolation({ damage: 'bit', isChanged: true, findings: ['crc-mismatch'] })).toBeUndefined();
  expect(damageViolation({ damage: 'none', isChanged: false, findings: [] })).toBeUndefined();
});

it.each(DAMAGES.map((damage) => [damage.name, damage] as const))('%s changes the file and leaves the original alone', (_, damage) => {
  // A Buffer, whose slices are views: a damage that forgot to copy would be seen here.
  const original = Buffer.from(Uint8Array.from({ length: 200_000 }, (_, at) => ((at * 31 + (at >> 8)) % 251) + 1));
  const twin = Buffer.from(original.map((byte) => byte ^ 0x55));
  const copy = Buffer.from(original);
  const changed = damage.apply(original, twin, createDraw(7));
  expect(original).toEqual(copy);
  expect(Buffer.compare(changed, original)).not.toBe(0);
});

it('sees a wrong count, a wrong exit code and a stack in the answer over a damaged catalog', () => {
  const answer = (sound: number, code = 0, stderr = ''): string[] => catalogViolations({ code, signal: null, stdout: `${JSON.stringify({ type: 'result', sound, errors: 0 })}\n`, stderr }, 4);
  expect(answer(4)).toEqual([]);
  expect(answer(3)).toHaveLength(1);
  expect(answer(4, 1)).toHaveLength(1);
  expect(answer(4, 0, 'Error: x\n    at open (/a.ts:1:2)\n')).toHaveLength(1);
});

it('knows a change of what metadata say from a change of how, and no byte of a picture from being spare', () => {
  const bytes = (text: string): Uint8Array => Buffer.from(text);
  expect(saysOther('metadata', bytes('{"text": "a", "created_at": "1"}'), bytes('{"text":"a","created_at":"2"}'))).toBe(false);
  expect(saysOther('metadata', bytes('{"text": "a", "created_at": "1"}'), bytes('{"text": "b", "created_at": "1"}'))).toBe(true);
  expect(saysOther('index', bytes('{"a": 1}'), bytes('{"a": 1'))).toBe(true);
  expect(saysOther('images', bytes('ab'), bytes('ac'))).toBe(true);
});
