import type { JobSummary } from '../../../src-main/contract/commands.ts';
import type { CommandLineProps } from '../../ui/CommandLine.tsx';
import { canResume, canRetry } from './job-verdict.ts';

/** What can be done with a job: a button, the call behind it, and the command that does the same. */
export interface JobAction {
  readonly title: 'Pause' | 'Cancel' | 'Resume' | 'Retry failed';
  readonly method: 'jobs.pause' | 'jobs.cancel' | 'jobs.resume' | 'jobs.retryFailed';
  readonly underWay: string;
  readonly verb: 'pause' | 'cancel' | 'resume' | 'retry';
  readonly purpose: string;
  readonly place: CommandLineProps['place'];
}

const PAUSE: JobAction = { title: 'Pause', method: 'jobs.pause', underWay: 'Pausing …', verb: 'pause', purpose: 'hold this job', place: 'jobs: pause' };
const CANCEL: JobAction = { title: 'Cancel', method: 'jobs.cancel', underWay: 'Stopping …', verb: 'cancel', purpose: 'stop this job', place: 'jobs: cancel' };
const RESUME: JobAction = { title: 'Resume', method: 'jobs.resume', underWay: 'Starting …', verb: 'resume', purpose: 'go on with this job', place: 'jobs: resume' };
const RETRY: JobAction = { title: 'Retry failed', method: 'jobs.retryFailed', underWay: 'Starting …', verb: 'retry', purpose: 'make what failed', place: 'jobs: retry' };

export function actionsOf(job: JobSummary): readonly JobAction[] {
  if (job.state === 'running') return [PAUSE, CANCEL];
  if (job.state === 'paused') return [RESUME, CANCEL];
  if (job.state === 'queued') return [CANCEL];
  if (canResume(job)) return [RESUME];
  return canRetry(job) ? [RETRY] : [];
}

export function actionCommand(job: Pick<JobSummary, 'id'>, { verb }: Pick<JobAction, 'verb'>): string {
  return `larder jobs ${verb} ${job.id}`;
}
