import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Bridge } from './bridge/index.ts';
import type { Engine } from './engine.ts';

/** Remembers jobs that quitting stops, beside those another window or server of this user has left. Without waiting: the app is ending. */
export function keepForResume(path: string, jobIds: readonly string[]): void {
  try {
    writeFileSync(path, `${JSON.stringify([...new Set([...takeKept(path), ...jobIds])])}\n`);
  } catch (error) {
    process.stderr.write(`Jobs will not go on by themselves: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

/** @returns what was kept, once: a job that brings the app down must not do so at every start */
function takeKept(path: string): readonly string[] {
  try {
    const kept: unknown = JSON.parse(readFileSync(path, 'utf8'));
    rmSync(path);
    return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
  } catch {
    return [];
  }
}

export interface ResumeOptions {
  readonly path: string;
  readonly engine: Pick<Engine, 'job' | 'startSample'>;
  readonly bridge: Bridge;
  /** Folder of the sample project, whose raw files are served only while it runs. */
  readonly sampleDirectory: string;
}

/** Goes on with the jobs the last quit stopped; as if somebody had pressed Resume on each. */
export async function resumeKeptJobs({ path, engine, bridge, sampleDirectory }: ResumeOptions): Promise<void> {
  const session = bridge.open(() => undefined);
  for (const jobId of takeKept(path)) {
    try {
      if (JSON.stringify(engine.job(jobId).arguments).includes(sampleDirectory)) await engine.startSample();
      const envelope = await session.call('jobs.resume', { jobId });
      if (!envelope.ok) process.stderr.write(`${jobId} does not go on: ${envelope.error.message}\n`);
    } catch (error) {
      process.stderr.write(`${jobId} does not go on: ${error instanceof Error ? error.message : String(error)}\n`);
    }
  }
}
