import type { LoggedEvent } from '../../../src-main/contract/jobs.ts';
import { formatBytes, formatSeconds } from '../../lib/format.ts';
import { remakeWords } from './forecast-words.ts';

export interface LogLine {
  readonly word: string;
  readonly text: string;
  readonly isBad: boolean;
}

/** A line of a log as a person reads it. */
export function logLine({ event }: LoggedEvent): LogLine {
  const line = (word: string, text: string, isBad = false): LogLine => ({ word, text, isBad });
  switch (event.type) {
    case 'jobStarted':
      return line('start', `${event.command} in ${event.directory}`);
    case 'jobPaused':
      return line('paused', 'begins nothing new; what is under way is finished');
    case 'spaceRanOut':
      return line('no room', `${formatBytes(event.shortage.neededBytes)} needed, ${formatBytes(event.shortage.freeBytes)} free at ${event.shortage.directory}`, true);
    case 'jobContinued':
      return line('resumed', 'goes on');
    case 'jobEnded':
      return event.error === undefined ? line('end', event.state) : line('end', `${event.state}: ${event.error.message}`, event.state === 'failed');
    case 'entryPublished':
      return line('made', `${event.name} → ${event.file} (${formatBytes(event.sizeBytes)}, ${formatSeconds(event.seconds)})${event.isNew ? '' : ', was there already'}`);
    case 'itemFailed':
      return line('failed', `${event.error.message}${event.attempts > 1 ? ` (after ${event.attempts} attempts)` : ''}`, true);
    case 'itemRefused':
      return line('skipped', event.message);
    case 'itemRetried':
      return line('again', `${event.name}: ${event.error.message}`);
    case 'findingFound':
      return line(event.finding.severity, `${event.finding.code}: ${event.finding.message}`, event.finding.severity === 'error');
    case 'entryQuarantined':
      return line('aside', `${event.file} → quarantine ${event.id} (${event.reason})`);
    case 'entryRemoved':
      return line('removed', `${event.file} (${formatBytes(event.sizeBytes)})`);
    case 'rawFileRemoved':
      return line('removed', `${event.path} (${formatBytes(event.sizeBytes)})`);
    case 'workersReduced':
      return line('workers', `from ${event.from} to ${event.to}: ${event.reason}`, true);
    case 'remakePlanned':
      return line('plan', remakeWords(event.forecast), !event.forecast.disk.fits);
    case 'noticed':
      return line('note', event.message);
    case 'jobProgressed':
      return line('progress', '');
    default:
      return event satisfies never;
  }
}
