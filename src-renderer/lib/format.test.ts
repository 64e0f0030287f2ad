import { describe, expect, it } from 'vitest';
import { formatAgo, formatBytes, formatCount, formatRemaining, formatSeconds, percentOf, shellWord } from './format.ts';

describe('formats', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [33_554_432, '33.6 MB'],
    [999_600_000, '1.00 GB'],
    [1_580_000_000_000, '1.58 TB'],
    [612_000_000_000, '612 GB'],
  ])('%d bytes as %s', (bytes, text) => expect(formatBytes(bytes)).toBe(text));

  it.each([0, 7, 999, 1000, 47_212, 100_000, 1_000_000, 1_234_567_890, 0.4, 0.5, 999.5, 2500.5, -1, -47_212])('the count %d as the browser itself writes it', (count) => {
    expect(formatCount(count)).toBe(count.toLocaleString('en-US', { maximumFractionDigits: 0 }));
  });

  it('never rounds coverage up to all', () => {
    expect(percentOf(9999, 10_000)).toBe(99);
    expect(percentOf(10_000, 10_000)).toBe(100);
    expect(percentOf(0, 0)).toBe(0);
    expect(percentOf(3, 2)).toBe(100);
  });

  it.each([
    [38, '38 s'],
    [90, '2 min'],
    [7500, '2 h 05 min'],
    [273_600, '3 d 4 h'],
  ])('%d seconds as %s', (seconds, text) => expect(formatSeconds(seconds)).toBe(text));

  it('gives a forecast one unit where both ends share it', () => {
    expect(formatRemaining({ low: 2280, high: 2760 })).toBe('38–46 min left');
    expect(formatRemaining({ low: 30, high: 120 })).toBe('30 s – 2 min left');
    expect(formatRemaining({ low: 120, high: 121 })).toBe('about 2 min left');
  });

  it.each([
    [59_999, 'just now'],
    [720_000, '12 min ago'],
    [7_200_000, '2 h ago'],
    [86_400_000, 'yesterday'],
    [259_200_000, '3 d ago'],
  ])('%d ms ago as %s', (ms, text) => expect(formatAgo(0, ms)).toBe(text));

  it('quotes what a shell would read otherwise', () => {
    expect(shellWord('/data/cache/71a8')).toBe('/data/cache/71a8');
    expect(shellWord('/my data/x')).toBe("'/my data/x'");
    expect(shellWord("a'b")).toBe(`'a'\\''b'`);
    expect(shellWord('$(reboot)')).toBe("'$(reboot)'");
  });
});
