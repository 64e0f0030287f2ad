import type { JobSummary } from '../../../contract/commands.ts';
import { EXIT } from '../../../contract/errors.ts';
import { LarderError } from '../../../base/index.ts';
import type { Command } from '../command.ts';
import { JSON_FLAG, WAIT_FLAG } from '../command.ts';
import { formatCount, formatSeconds, formatTable, formatTime, plural } from '../format.ts';

function row(job: JobSummary): string[] {
  const stages = job.progress?.stages.filter((stage) => stage.total > 0) ?? [];
  const last = stages.at(-1);
  const seconds = job.startedAtMs === null ? null : ((job.endedAtMs ?? Date.now()) - job.startedAtMs) / 1000;
  return [job.id, job.command, job.state, last === undefined ? '–' : `${formatCount(last.done)}/${formatCount(last.total)} ${last.stage}${last.failed > 0 ? `, ${formatCount(last.failed)} failed` : ''}`, formatTime(job.startedAtMs), seconds === null ? '–' : formatSeconds(seconds), job.directory ?? '–'];
}

function requireId(positionals: readonly string[], verb: string): string {
  const id = positionals[1];
  if (id === undefined) throw new LarderError('ARGUMENT_INVALID', `\`larder jobs ${verb}\` needs the id of a job.`, { hint: 'List them with `larder jobs ls`.' });
  return id;
}

export const jobsCommand: Command = {
  name: 'jobs',
  summary: 'jobs on this machine: list, pause, resume, cancel, retry (ls, pause, resume, cancel, retry)',
  usage: '(ls | pause ID | resume ID | cancel ID | retry ID) [--wait] [--json]',
  words: 2,
  flags: [WAIT_FLAG, JSON_FLAG],
  examples: [
    { text: 'larder jobs ls', does: 'what runs, what was interrupted' },
    { text: 'larder jobs pause 261122-031500-1a2b3c4d', does: 'begin nothing new until it is resumed, also from another terminal' },
    { text: 'larder jobs resume 261122-031500-1a2b3c4d', does: 'go on where it stopped; the start of the id is enough' },
    { text: 'larder jobs cancel 261122-031500-1a2b3c4d', does: 'stop it within a second, also from another terminal' },
    { text: 'larder jobs retry 261122-031500-1a2b3c4d', does: 'generate only what failed in it, with the same options' },
  ],
  async run({ positionals, terminal, signal, engine }) {
    const opened = await engine();
    switch (positionals[0]) {
      case 'ls':
      case 'list': {
        const jobs = opened.jobs();
        if (terminal.isJson) for (const job of jobs) terminal.json({ type: 'job', ...job });
        else if (jobs.length === 0) terminal.result('No jobs yet.');
        else for (const line of formatTable(['id', 'command', 'state', 'progress', 'started (UTC)', 'took', 'cache'], jobs.map(row))) terminal.result(line);
        return EXIT.ok;
      }
      case 'pause': {
        const job = opened.pauseJob(requireId(positionals, 'pause'));
        if (terminal.isJson) terminal.json({ type: 'job', ...job });
        else terminal.result(`The job ${job.id} is paused; what is under way is finished. \`larder jobs resume ${job.id}\` goes on with it.`);
        return EXIT.ok;
      }
      case 'resume': {
        const id = requireId(positionals, 'resume');
        if (opened.job(id).state === 'paused') {
          const job = opened.continueJob(id);
          if (terminal.isJson) terminal.json({ type: 'job', ...job });
          else terminal.result(`The job ${job.id} goes on in the process that runs it.`);
          return EXIT.ok;
        }
        const result = await opened.resumeJob(id, signal);
        if (terminal.isJson) terminal.json({ type: 'result', ...result });
        else terminal.result('The job has finished.');
        return ('failed' in result && result.failed > 0) || ('errors' in result && result.errors > 0) ? EXIT.findings : EXIT.ok;
      }
      case 'cancel': {
        const job = await opened.cancelJob(requireId(positionals, 'cancel'), signal);
        if (terminal.isJson) terminal.json({ type: 'job', ...job });
        else terminal.result(`The job ${job.id} is ${job.state}. \`larder jobs resume ${job.id}\` goes on with it.`);
        return EXIT.ok;
      }
      case 'retry': {
        const result = await opened.retryFailed(requireId(positionals, 'retry'), signal);
        if (terminal.isJson) terminal.json({ type: 'result', ...result });
        else terminal.result(`Made ${plural(result.published, 'entry', 'entries')} of what had failed${result.failed > 0 ? `; ${formatCount(result.failed)} failed again` : ''}.`);
        return result.failed > 0 ? EXIT.findings : EXIT.ok;
      }
      default:
        throw new LarderError('ARGUMENT_INVALID', '`larder jobs` takes ls, pause, resume, cancel or retry.', { hint: 'See `larder jobs --help`.' });
    }
  },
};
