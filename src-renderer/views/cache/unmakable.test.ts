import { expect, it } from 'vitest';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { isAllRefused, missingOf } from './unmakable.ts';

const CACHE: CacheSummary = { id: 1, kind: 'image', directory: '/c', label: 'lines', parameters: [], configPath: '/p/image.yaml', formerConfigPath: null, unreadableConfig: null, isGone: false, isSample: false, required: 10, present: 8, bytes: 1, damaged: 0, lastVerifiedAtMs: 0, unverified: 0 };
const job = (change: Partial<JobSummary>): JobSummary => ({ id: 'a', command: 'generate', directory: '/c', state: 'succeeded', createdAtMs: 1, startedAtMs: 1, endedAtMs: 2, arguments: {}, progress: null, result: { published: 8, failed: 0, blocked: 2 }, errorMessage: null, ...change });

it.each<[string, boolean, Partial<CacheSummary>, JobSummary[]]>([
  ['what is missing was refused', true, {}, [job({})]],
  ['nothing was tried', false, {}, []],
  ['nothing is missing', false, { present: 10 }, [job({})]],
  ['more is missing than was refused', false, { present: 7 }, [job({})]],
  ['some of it failed, which may go well another time', false, {}, [job({ result: { failed: 1, blocked: 2 } })]],
  ['only a part was asked for', false, {}, [job({ arguments: { limit: 2 } }), job({ arguments: { only: ['x'] } })]],
  ['another cache was meant', false, {}, [job({ directory: '/d' })]],
  ['the last one counts', false, {}, [job({}), job({ createdAtMs: 9, result: { failed: 0, blocked: 0 } })]],
])('%s: %s', (_name, isRefused, change, jobs) => expect(isAllRefused({ ...CACHE, ...change }, jobs)).toBe(isRefused));

it('nothing is known to be missing without a config', () => {
  expect([missingOf(CACHE), missingOf({ ...CACHE, configPath: null }), missingOf({ ...CACHE, required: null })]).toEqual([2, 0, 0]);
});
