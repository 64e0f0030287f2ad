import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineEvent } from '../contract/events.ts';
import { JobLog } from './job-log.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'larder-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const started = (jobId: string): EngineEvent => ({ type: 'jobStarted', jobId, command: 'generate', directory: '/c' });
const retried = (jobId: string, attempt: number): EngineEvent => ({ type: 'itemRetried', jobId, name: 'a'.repeat(200), attempt, error: { code: 'IO_FAILED', message: 'no' } });

describe('the log of a job', () => {
  it('is read back by another process, the last lines, without progress', () => {
    const log = new JobLog(join(folder, 'logs'));
    log.write(started('261122-1'), 1);
    log.write({ type: 'jobProgressed', jobId: '261122-1', progress: { stages: [], elapsedSeconds: 1, workers: 1 } });
    for (let i = 0; i < 5; i++) log.write(retried('261122-1', i), 2 + i);
    const again = new JobLog(join(folder, 'logs'));
    expect(again.tail('261122-1', 2).map(({ atMs }) => atMs)).toEqual([5, 6]);
    expect(again.tail('261122-1', 100)[0]).toEqual({ atMs: 1, event: started('261122-1') });
    expect(again.tail('261122-2', 100)).toEqual([]);
  });

  it('keeps the end of a long one, in bounded space', () => {
    const log = new JobLog(folder);
    for (let i = 0; i < 4_000; i++) log.write(retried('b', i), i);
    const lines = log.tail('b', Infinity);
    expect(lines.at(-1)?.atMs).toBe(3_999);
    expect(lines.length).toBeGreaterThan(500);
    expect(lines.length).toBeLessThan(2_200);
  });

  it('lets the oldest go', () => {
    for (let i = 0; i < 230; i++) writeFileSync(join(folder, `260101-${String(i).padStart(4, '0')}.jsonl`), '');
    new JobLog(folder).write(started('261122-1'));
    const names = readdirSync(folder);
    expect(names).toHaveLength(201);
    expect(names).not.toContain('260101-0029.jsonl');
    expect(names).toContain('260101-0030.jsonl');
  });

  it('skips half a line, and asks for no file outside of its folder', () => {
    writeFileSync(join(folder, 'c.jsonl'), `${JSON.stringify({ atMs: 1, event: started('c') })}\n{"atMs":2,"eve`);
    expect(new JobLog(folder).tail('c', 10)).toHaveLength(1);
    expect(new JobLog(join(folder, 'x')).tail('../c', 10)).toEqual([]);
  });

  it('is done without where it cannot be written', () => {
    writeFileSync(join(folder, 'file'), '');
    const log = new JobLog(join(folder, 'file'));
    expect(() => log.write(started('d'))).not.toThrow();
    expect(log.tail('d', 10)).toEqual([]);
  });
});
