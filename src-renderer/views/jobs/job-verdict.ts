import type { FixResult, GenerateResult, JobSummary, VerifyResult } from '../../../src-main/contract/commands.ts';
import { formatBytes, formatCount, formatSeconds } from '../../lib/format.ts';

export interface Verdict {
  /** Shape, so that nothing depends on colour. */
  readonly mark: string;
  readonly word: string;
  readonly tone: 'good' | 'bad' | 'warn' | 'quiet' | 'active';
}

/** How a job stands, in a shape and a word. A job that ended well can still have left something to do. */
export function verdictOf(job: JobSummary): Verdict {
  switch (job.state) {
    case 'queued':
      return { mark: '○', word: 'queued', tone: 'quiet' };
    case 'running':
      return { mark: '▶', word: 'running', tone: 'active' };
    case 'paused':
      return { mark: '❚❚', word: job.progress?.shortage === undefined ? 'paused' : 'out of space', tone: 'warn' };
    case 'failed':
      return { mark: '▲', word: 'failed', tone: 'bad' };
    case 'cancelled':
      return { mark: '■', word: 'cancelled', tone: 'quiet' };
    case 'interrupted':
      return { mark: '◆', word: 'interrupted', tone: 'warn' };
    case 'succeeded': {
      const left = leftOver(job);
      return left === null ? { mark: '●', word: 'done', tone: 'good' } : { mark: '◆', word: left, tone: 'warn' };
    }
    default:
      return job.state satisfies never;
  }
}

type AnyResult = Partial<GenerateResult & VerifyResult & FixResult & { readonly count: number }>;

function leftOver(job: JobSummary): string | null {
  const { failed, errors, notRemade, unreadFiles } = (job.result ?? {}) as AnyResult;
  if (job.command === 'generate' && failed !== undefined && failed > 0) return `done, ${formatCount(failed)} failed`;
  if (job.command === 'generate' && unreadFiles !== undefined && unreadFiles.length > 0) return `done, ${formatCount(unreadFiles.length)} ${unreadFiles.length === 1 ? 'file' : 'files'} not read`;
  if (job.command === 'verify' && errors !== undefined && errors > 0) return `done, ${formatCount(errors)} ${errors === 1 ? 'error' : 'errors'}`;
  if (job.command === 'fix' && notRemade !== undefined && notRemade.length > 0) return `done, ${formatCount(notRemade.length)} not remade`;
  return null;
}

/** What came of it, in one line; empty while it runs and where it says nothing. */
export function resultWords(job: JobSummary): string {
  // That it was cancelled is its state already.
  if (job.errorMessage !== null && job.state !== 'cancelled') return job.errorMessage;
  if (job.result === null) return '';
  const { published, alreadyThere, completed, blocked, bytesDownloaded, entries, sound, damaged, missing, quarantined, deleted, remade, count, bytes } = job.result as AnyResult;
  const parts: (string | false)[] = [];
  const some = (value: number | undefined, words: string): string | false => value !== undefined && value > 0 && `${formatCount(value)} ${words}`;
  switch (job.command) {
    case 'generate':
      parts.push(published !== undefined && `${formatCount(published)} made`, some(alreadyThere, 'made by another process'), some(completed, 'completed'), some(blocked, 'cannot be made'), bytesDownloaded !== undefined && bytesDownloaded > 0 && `${formatBytes(bytesDownloaded)} downloaded`);
      break;
    case 'verify':
      parts.push(entries !== undefined && `${formatCount(entries)} checked`, sound !== undefined && `${formatCount(sound)} sound`, some(damaged, 'damaged'), some(missing, 'missing'));
      break;
    case 'fix':
      parts.push(some(quarantined, 'set aside'), some(deleted, 'deleted'), remade !== undefined && `${formatCount(remade)} made again`);
      break;
    case 'clear':
      parts.push(count !== undefined && `${formatCount(count)} removed`, bytes !== undefined && formatBytes(bytes));
      break;
    default:
      job.command satisfies never;
  }
  return parts.filter((part) => part !== false).join(' · ');
}

/** `4 min`; null before it began. */
export function tookWords(job: JobSummary, nowMs: number): string | null {
  return job.startedAtMs === null ? null : formatSeconds(Math.max(0, (job.endedAtMs ?? nowMs) - job.startedAtMs) / 1000);
}

/** What `resume` takes: a paused job goes on where it is, one that ended is run once more. */
const RESUMABLE = new Set<JobSummary['state']>(['paused', 'failed', 'cancelled', 'interrupted']);

export function canResume(job: JobSummary): boolean {
  return RESUMABLE.has(job.state);
}

export function canRetry(job: JobSummary): boolean {
  const { failed } = (job.result ?? {}) as AnyResult;
  return job.command === 'generate' && job.state === 'succeeded' && failed !== undefined && failed > 0;
}

export function isRunning(job: JobSummary): boolean {
  return job.state === 'running' || job.state === 'paused' || job.state === 'queued';
}
