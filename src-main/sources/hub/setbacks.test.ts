import { expect, test } from 'vitest';
import { PassingTrouble, type TroubleKind, type TroublePlace } from './passing-trouble.ts';
import { Setbacks } from './setbacks.ts';
import { HUB_TIMINGS } from './timings.ts';

const MIB = 1 << 20;

function createSetbacks(): Setbacks {
  return new Setbacks({ path: 'a.nii.gz', timings: HUB_TIMINGS, random: () => 1 });
}

function trouble(kind: TroubleKind, place: TroublePlace = 'storage', retryAfterMs?: number): PassingTrouble {
  return new PassingTrouble(kind, place, 'host', 'message', retryAfterMs === undefined ? {} : { retryAfterMs });
}

test('waits double from 1 s to 60 s, and the eighth failure of the storage ends it', () => {
  const setbacks = createSetbacks();
  const waits = Array.from({ length: 7 }, () => setbacks.next(trouble('network'), 0).waitMs);
  expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000]);
  expect(() => setbacks.next(trouble('network'), 0)).toThrow(expect.objectContaining({ code: 'SOURCE_UNREACHABLE' }));
});

test('1 MiB of new bytes starts the counting anew; received again they do not', () => {
  const setbacks = createSetbacks();
  for (let round = 1; round <= 20; round++) {
    setbacks.noteBytes(round * MIB);
    expect(setbacks.next(trouble('cut'), 0).waitMs).toBe(1000);
  }
  const repeated = createSetbacks();
  const repeat = (): unknown => {
    repeated.noteBytes(2 * MIB);
    repeated.noteBytes(0);
    return repeated.next(trouble('cut'), 0);
  };
  for (let round = 0; round < 7; round++) repeat();
  expect(repeat).toThrow();
});

test('small pieces add up', () => {
  const setbacks = createSetbacks();
  for (let round = 1; round <= 40; round++) {
    setbacks.noteBytes(round * 300_000);
    expect(setbacks.next(trouble('cut'), 0).kind).toBe('retry');
  }
});

test('the server may ask for a longer wait', () => {
  expect(createSetbacks().next(trouble('status', 'storage', 90_000), 0).waitMs).toBe(90_000);
});

test('an expired link costs no wait the first time, and ends it the third', () => {
  const setbacks = createSetbacks();
  expect(setbacks.next(trouble('refused'), 0).waitMs).toBe(0);
  expect(setbacks.next(trouble('refused'), 0).waitMs).toBe(2000);
  expect(() => setbacks.next(trouble('refused'), 0)).toThrow(expect.objectContaining({ code: 'SOURCE_UNREACHABLE' }));
});

test('the third wrong content ends it', () => {
  const setbacks = createSetbacks();
  setbacks.next(trouble('content'), 0);
  setbacks.next(trouble('content'), 0);
  expect(() => setbacks.next(trouble('content'), 0)).toThrow(expect.objectContaining({ code: 'SOURCE_WRONG_CONTENT' }));
});

test('a Hub that is away for all is asked again every 30 s; away for this file only, it is given up', () => {
  const setbacks = createSetbacks();
  for (let failure = 0; failure < 7; failure++) setbacks.next(trouble('network', 'hub'), 5);
  for (let probe = 0; probe < 100; probe++) expect(setbacks.next(trouble('network', 'hub'), 5)).toEqual({ kind: 'probe', waitMs: 30_000 });
  expect(() => setbacks.next(trouble('network', 'hub'), 6)).toThrow(expect.objectContaining({ code: 'SOURCE_UNREACHABLE' }));
});
