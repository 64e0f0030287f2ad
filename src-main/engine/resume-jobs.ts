import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import type { Bridge } from './bridge/index.ts';
import type { Engine } from './engine.ts';
import type { KeptJob } from './running-jobs.ts';

/** Remembers jobs that quitting stops, beside those another window or server of this user has left. Without waiting: the app is ending. */
export function keepForResume(path: string, jobs: readonly KeptJob[]): void {
  // Beside it first: what was kept before must not go with what the disk has no room for.
  const draft = `${path}.${process.pid}.larder-tmp`;
  try {
    const byId = new Map([...readKept(path), ...jobs].map((job) => [job.id, job]));
    // A bare id goes on: so it was written before jobs came back paused, and so it is still read by what was made then.
    writeFileSync(draft, `${JSON.stringify(Array.from(byId.values(), (job) => (job.isPaused ? job : job.id)))}\n`);
    renameSync(draft, path);
  } catch (error) {
    process.stderr.write(`Jobs will not go on by themselves: ${error instanceof Error ? error.message : String(error)}\n`);
    rmSync(draft, { force: true });
  }
}

/** @returns what was kept, once: a job that brings the app down must not do so at every start */
function takeKept(path: string): readonly KeptJob[] {
  const kept = readKept(path);
  try {
    rmSync(path, { force: true });
    return kept;
  } catch {
    return [];
  }
}

function readKept(path: string): readonly KeptJob[] {
  try {
    const kept: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return Array.isArray(kept) ? kept.flatMap(parseKept) : [];
  } catch {
    return [];
  }
}

function parseKept(value: unknown): readonly KeptJob[] {
  if (typeof value === 'string') return [{ id: value, isPaused: false }];
  if (typeof value !== 'object' || value === null || !('id' in value) || typeof value.id !== 'string') return [];
  return [{ id: value.id, isPaused: 'isPaused' in value && value.isPaused === true }];
}

export interface ResumeOptions {
  readonly path: string;
  readonly engine: Pick<Engine, 'job' | 'startSample'>;
  readonly bridge: Bridge;
  /** Folder of the sample project, whose raw files are served only while it runs. */
  readonly sampleDirectory: string;
}

/** Goes on with the jobs the last quit stopped, as if somebody had pressed Resume on each; those that were paused come back paused. */
export async function resumeKeptJobs({ path, engine, bridge, sampleDirectory }: ResumeOptions): Promise<void> {
  const session = bridge.open(() => undefined);
  for (const { id: jobId, isPaused } of takeKept(path)) {
    try {
      if (JSON.stringify(engine.job(jobId).arguments).includes(sampleDirectory)) await engine.startSample();
      const envelope = await session.call('jobs.resume', { jobId, ...(isPaused ? { isPaused } : {}) });
      if (!envelope.ok) process.stderr.write(`${jobId} does not go on: ${envelope.error.message}\n`);
    } catch (error) {
      process.stderr.write(`${jobId} does not go on: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
