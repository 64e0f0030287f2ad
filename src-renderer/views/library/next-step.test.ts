import { describe, expect, it } from 'vitest';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { nextStep } from './next-step.ts';

const CACHE: CacheSummary = { id: 1, kind: 'volume', directory: '/data/my cache/71a8', label: 'CT', parameters: [], configPath: '/p/config.yaml', formerConfigPath: null, unreadableConfig: null, isGone: false, isSample: false, required: 10, present: 10, bytes: 1, damaged: 0, lastVerifiedAtMs: 0, unverified: 0 };
const JOB: JobSummary = { id: '261122-031500-1a2b3c4d', command: 'generate', directory: CACHE.directory, state: 'running', createdAtMs: 0, startedAtMs: 0, endedAtMs: null, arguments: {}, progress: null, result: null, errorMessage: null };

describe('the next step', () => {
  it.each<[string, Partial<CacheSummary>, string]>([
    ['repairs before anything else', { damaged: 1, present: 3 }, 'larder fix --config /p/config.yaml'],
    ['makes what is missing', { present: 9 }, 'larder generate --config /p/config.yaml'],
    ['checks what is whole', {}, 'larder verify --config /p/config.yaml'],
    ['names the folder where no config is known', { configPath: null, required: null }, "larder verify --cache '/data/my cache/71a8'"],
    ['cannot make without a config', { configPath: null, present: 9 }, "larder verify --cache '/data/my cache/71a8'"],
  ])('%s', (_name, change, command) => expect(nextStep({ ...CACHE, ...change }, undefined, []).command).toBe(command));

  it('does not make what was refused', () => expect(nextStep({ ...CACHE, present: 9 }, undefined, [{ ...JOB, state: 'succeeded', result: { blocked: 1, failed: 0 } }]).command).toBe('larder verify --config /p/config.yaml'));

  it('stops what runs', () => expect(nextStep({ ...CACHE, damaged: 1 }, JOB, []).command).toBe('larder jobs cancel 261122-031500-1a2b3c4d'));
});
