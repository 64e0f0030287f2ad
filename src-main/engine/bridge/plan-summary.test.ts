import { describe, expect, it } from 'vitest';
import type { Plan } from '../../contract/plan.ts';
import { assertFits, summarizePlan } from './plan-summary.ts';

const PLAN: Plan = {
  kind: 'volume',
  configPath: '/p/config.yaml',
  directory: '/c/71a8',
  parameters: [],
  required: 30,
  perSplit: { train: 30 },
  present: 2,
  foreign: 0,
  items: [
    { key: 'a', name: 'a', split: 'train', origin: 'local', rawBytes: 1 },
    { key: 'b', name: 'b', split: 'train', origin: 'hub', rawBytes: 1 },
    { key: 'c', name: 'c', split: 'train', origin: 'reused', rawBytes: 1 },
  ],
  blocked: Array.from({ length: 25 }, (_, i) => ({ key: `x${i}`, name: `x${i}`, reason: i === 0 ? ('no-path' as const) : ('not-on-hub' as const), message: 'no' })),
  source: { repository: null, endpoint: null, revision: null },
  download: { files: 0, bytes: 0, unknownSizes: 0, reusedFiles: 0, partialBytes: 0 },
  disk: { entryBytes: 1, peakBytes: 3e9, endBytes: 2e9, freeBytes: 2.5e9, reserveBytes: 1e9, fits: false },
  time: null,
  memory: { perWorkerBytes: 1, perWorkerFrom: 'parameters', headersRead: 0, budgetBytes: 1, workersThatFit: 1, workers: 1 },
  batchSize: 100,
  warnings: [],
};

describe('the summary of a plan', () => {
  it('counts what it leaves out', () => {
    const { toMake, local, blocked } = summarizePlan(PLAN);
    expect({ toMake, local, count: blocked.count, byReason: blocked.byReason }).toMatchObject({ toMake: 3, local: 1, count: 25, byReason: { 'not-on-hub': 24, 'no-source': 0, 'no-path': 1 } });
    expect(blocked.first.map((item) => item.name)).toEqual(Array.from({ length: 20 }, (_, i) => `x${i}`));
    expect(summarizePlan(PLAN)).not.toHaveProperty('items');
  });

  it('refuses what the disk would not hold, with the numbers', () => {
    expect(() => assertFits(PLAN)).toThrow(/3000\.0 MB are needed at peak \(2000\.0 MB stay\) and 1000\.0 MB kept free, but only 2500\.0 MB are free at \/c\/71a8/);
    expect(() => assertFits({ ...PLAN, disk: { ...PLAN.disk, fits: true } })).not.toThrow();
  });
});
