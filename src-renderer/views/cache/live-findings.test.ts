import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../src-main/contract/findings.ts';
import { countOf, withFindings } from './live-findings.ts';

const crc: Finding = { code: 'crc-mismatch', severity: 'error', key: 'a', message: 'one' };
const gone: Finding = { code: 'missing', severity: 'error', key: 'b', message: 'two' };
const notYet: Finding = { code: 'missing', severity: 'information', key: 'c', message: 'three' };

describe('findings while a job runs', () => {
  it('are grouped by code and severity, errors first, then the most of them', () => {
    const groups = withFindings(withFindings([], [notYet, notYet, notYet, crc]), [gone, { ...gone, key: 'd' }]);
    expect(groups.map(({ code, severity, count }) => `${severity} ${code} ${count}`)).toEqual(['error missing 2', 'error crc-mismatch 1', 'information missing 3']);
    expect(groups[0]!.newest.map(({ key }) => key)).toEqual(['d', 'b']);
    expect(countOf(groups)).toBe(6);
  });

  it('keep a few of each, and count them all', () => {
    const [group] = withFindings([], Array.from({ length: 1_000 }, (_, index) => ({ ...crc, key: `k${index}` })));
    expect(group!.count).toBe(1_000);
    expect(group!.newest).toHaveLength(20);
    expect(group!.newest[0]!.key).toBe('k999');
  });
});
