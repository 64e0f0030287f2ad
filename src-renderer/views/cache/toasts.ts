import { Toast } from '@base-ui/react/toast';
import { create } from 'zustand';
import type { CacheSummary, JobSummary } from '../../../src-main/contract/commands.ts';
import { CallError } from '../../client/index.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import type { Saved } from '../../state/index.ts';
import { call } from '../../state/index.ts';
import type { CommandLineProps } from '../../ui/CommandLine.tsx';
import { commandFor } from './commands.ts';
import { mark } from './learn/learn-marks.ts';

/** Something that was done or went wrong, and how it is undone. */
export interface ToastContent {
  readonly tone: 'done' | 'bad';
  /** What to do now about what went wrong. */
  readonly hint?: string;
  readonly undo?: () => Promise<void>;
  /** Shows a file that was saved in its folder. */
  readonly show?: () => Promise<void>;
  /** What undoes it in a terminal, or where nothing is to be undone, does the same there. */
  readonly command?: CommandLineProps;
}

interface NewToast extends ToastContent {
  readonly text: string;
  /** The job that is undone. */
  readonly undoes?: string;
}

interface OwnChanges {
  /** Jobs this page began and still has to tell the end of. */
  readonly watched: ReadonlyMap<string, CacheSummary>;
  /** Grows when this page changed files without a job, so that screens read again. */
  readonly changes: number;
}

/** Long enough to read and to reach; one that can be undone stays until it is dismissed. */
const SHOWN_FOR_MS = 8_000;

/** What is told anywhere, and shown by `Toasts.tsx`. */
export const toastManager = Toast.createToastManager<ToastContent>();

export const useOwnChanges = create<OwnChanges>(() => ({ watched: new Map(), changes: 0 }));

export function showToast({ text, undoes, ...content }: NewToast): void {
  const isLasting = content.undo !== undefined || content.tone === 'bad';
  toastManager.add({ ...(undoes === undefined ? {} : { id: undoId(undoes) }), title: text, ...(content.hint === undefined ? {} : { description: content.hint }), type: content.tone, timeout: isLasting ? 0 : SHOWN_FOR_MS, data: content });
}

/** For the toast of a file that was saved, where there is a file manager. */
export function showAction({ reveal }: Saved): Pick<ToastContent, 'show'> {
  if (reveal === undefined) return {};
  return {
    async show() {
      if (!(await reveal())) showToast({ tone: 'bad', text: 'The file is not there any more.' });
    },
  };
}

function undoId(jobId: string): string {
  return `undo-${jobId}`;
}

export function tellChange(): void {
  useOwnChanges.setState(({ changes }) => ({ changes: changes + 1 }));
}

export function showFailure(error: unknown): void {
  const hint = error instanceof CallError && error.hint !== undefined ? { hint: error.hint } : {};
  showToast({ tone: 'bad', text: error instanceof Error ? error.message : String(error), ...hint });
}

/** Tells how a job ends that this page began, and offers to undo it. */
export function watchJob(jobId: string, cache: CacheSummary): void {
  useOwnChanges.setState(({ watched }) => ({ watched: new Map(watched).set(jobId, cache) }));
}

/** A page that comes back while jobs run tells their end too, and can undo them. */
export function watchRunning(jobs: readonly JobSummary[], library: readonly CacheSummary[]): void {
  for (const job of jobs) {
    const cache = library.find(({ directory }) => directory === job.directory);
    if (cache !== undefined) watchJob(job.id, cache);
  }
}

/** Looks for watched jobs that have ended. */
export function tellEnded(jobs: readonly JobSummary[]): void {
  const { watched } = useOwnChanges.getState();
  const ended = jobs.filter((job) => watched.has(job.id) && job.endedAtMs !== null);
  if (ended.length === 0) return;
  const rest = new Map(watched);
  for (const job of ended) rest.delete(job.id);
  useOwnChanges.setState({ watched: rest });
  for (const job of ended) showToast(endToast(job, watched.get(job.id)!));
}

/** `3 files set aside, 3 entries made again.` */
export function endText({ command, state, result, errorMessage }: Pick<JobSummary, 'command' | 'state' | 'result' | 'errorMessage'>): string {
  if (state === 'cancelled') return `${titleOf(command)} was cancelled; what is finished stays.`;
  if (state !== 'succeeded') return `${titleOf(command)} failed: ${errorMessage ?? 'no reason is known'}`;
  const number = (name: string): number => (typeof result?.[name] === 'number' ? result[name] : 0);
  const count = (name: string, one: string, many: string): string => `${formatCount(number(name))} ${number(name) === 1 ? one : many}`;
  switch (command) {
    case 'clear':
      return `${count('count', 'entry', 'entries')} (${formatBytes(number('bytes'))}) ${result?.['quarantined'] === false ? 'deleted for good' : 'set aside'}.`;
    case 'fix': {
      const left = Array.isArray(result?.['notRemade']) ? result['notRemade'].length : 0;
      const deleted = number('deleted') > 0 ? [`${count('deleted', 'file', 'files')} deleted for good`] : [];
      const aside = number('quarantined') > 0 || deleted.length === 0 ? [`${count('quarantined', 'file', 'files')} set aside`] : [];
      return `${[...deleted, ...aside].join(', ')}, ${count('remade', 'entry', 'entries')} made again${left > 0 ? `, ${formatCount(left)} not: see History` : ''}.`;
    }
    case 'generate':
      return `${count('published', 'entry', 'entries')} made${number('rawFilesRemoved') > 0 ? `, ${count('rawFilesRemoved', 'raw file', 'raw files')} (${formatBytes(number('rawBytesRemoved'))}) removed` : ''}${number('failed') > 0 ? `, ${formatCount(number('failed'))} failed` : ''}${number('blocked') > 0 ? `, ${formatCount(number('blocked'))} cannot be made` : ''}${Array.isArray(result?.['unreadFiles']) ? `; ${result['unreadFiles'].join(' ')}` : '.'}`;
    case 'verify':
      return `${count('entries', 'entry', 'entries')} verified: ${formatCount(number('sound') + number('skipped'))} sound, ${formatCount(number('damaged'))} damaged.`;
  }
}

export function undoCommand(purpose: string, command: string): CommandLineProps {
  return { place: 'cache: undo', purpose, command };
}

function titleOf(command: JobSummary['command']): string {
  return command.charAt(0).toUpperCase() + command.slice(1);
}

/** Files that can be put back; none where they were deleted for good, though a copy of an index may have been kept. */
function setAsideBy({ command, result }: JobSummary): number {
  const { quarantined, count, deleted } = result ?? {};
  if (command === 'clear') return quarantined === true ? Number(count) : 0;
  return deleted === undefined || deleted === 0 ? Number(quarantined ?? 0) : 0;
}

function endToast(job: JobSummary, cache: CacheSummary): NewToast {
  const text = `${cache.label}: ${endText(job)}`;
  const setAside = setAsideBy(job);
  if (job.state === 'failed') return { tone: 'bad', text, ...(job.errorHint === undefined ? {} : { hint: job.errorHint }) };
  if (job.state !== 'succeeded' || setAside === 0) return { tone: 'done', text };
  return { tone: 'done', text, undo: () => putBack(job, cache), undoes: job.id, command: undoCommand('put back what was set aside', commandFor('quarantine restore', cache, { flags: ` --job ${job.id} --replace` })) };
}

/** Undoes it from elsewhere: the offer of the toast goes with it. */
export async function undoFix(job: JobSummary, cache: CacheSummary): Promise<void> {
  await putBack(job, cache);
  toastManager.close(undoId(job.id));
}

/** Restores what the job set aside; files that have the names again go to the quarantine for it. */
async function putBack(job: JobSummary, cache: CacheSummary): Promise<void> {
  const { count } = await call('quarantine.restore', { cacheId: cache.id, jobId: job.id, replace: true });
  if (cache.isSample && job.command === 'fix') mark(cache.directory, { isUndone: true });
  tellChange();
  showToast({ tone: 'done', text: `${cache.label}: ${formatCount(count)} ${count === 1 ? 'file' : 'files'} put back.` });
}
