import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../contract/events.ts';
import { JobLog } from './job-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-follow-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const JOB = '261122-1';
const found = (key: string): EngineEvent => ({ type: 'findingFound', jobId: JOB, finding: { code: 'crc-mismatch', severity: 'error', key, message: key } });
const keys = (events: readonly EngineEvent[]): readonly (string | undefined)[] => events.flatMap((event) => (event.type === 'findingFound' ? [event.finding.key] : []));

describe('the log of a job that somebody else writes', () => {
  it('is read from its beginning, then on from where one was', () => {
    const [written, read] = [new JobLog(folder), new JobLog(folder).follow(JOB)];
    expect(read.next()).toEqual([]);
    written.write(found('a'));
    written.write(found('ÿ'));
    expect(keys(read.next())).toEqual(['a', 'ÿ']);
    expect(read.next()).toEqual([]);
    written.write(found('c'));
    expect(keys(read.next())).toEqual(['c']);
  });

  it('waits for the end of a line that is half there, and goes on behind one that never ends', () => {
    const read = new JobLog(folder).follow(JOB);
    const line = JSON.stringify({ atMs: 1, event: found('é') });
    const path = join(folder, `${JOB}.jsonl`);
    const bytes = Buffer.from(`${line}\n`);
    const middle = bytes.indexOf(0xc3) + 1;
    appendFileSync(path, bytes.subarray(0, middle));
    expect(read.next()).toEqual([]);
    appendFileSync(path, bytes.subarray(middle));
    expect(keys(read.next())).toEqual(['é']);
    appendFileSync(path, `{"atMs":1,"event\n${line}\n`);
    expect(keys(read.next())).toEqual(['é']);
  });

  it('misses and repeats nothing when the log is cut in between', () => {
    const [written, read] = [new JobLog(folder), new JobLog(folder).follow(JOB)];
    const seen: (string | undefined)[] = [];
    // 120 kB between two looks; a log is cut at 256 kB.
    for (let round = 0; round < 12; round++) {
      for (let i = 0; i < 100; i++) written.write(found(`${round}-${i}`.padEnd(500, '.')));
      seen.push(...keys(read.next()));
    }
    expect(seen).toHaveLength(1_200);
    expect(new Set(seen).size).toBe(1_200);
    // Who comes later reads both halves there are.
    const late = keys(new JobLog(folder).follow(JOB).next());
    expect(late.length).toBeGreaterThan(200);
    expect(late).toEqual(seen.slice(-late.length));
  });

  it('is none for what is no id', () => {
    expect(new JobLog(folder).follow('../../etc/passwd').next()).toEqual([]);
  });
});
