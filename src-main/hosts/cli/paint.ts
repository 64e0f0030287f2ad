import type { JobProgress, Stage, StageProgress } from '../../contract/progress.ts';
import { formatBytes, formatCount, formatRange, formatSeconds, plural } from './format.ts';

const DOING: Readonly<Record<Stage, string>> = {
  listing: 'listing',
  downloading: 'downloading',
  preprocessing: 'preprocessing',
  publishing: 'publishing',
  verifying: 'verifying',
  repairing: 'repairing',
  clearing: 'clearing',
};

const BAR_CELLS = 24;

export function bar(done: number, total: number, cells: number = BAR_CELLS): string {
  const filled = total <= 0 ? 0 : Math.min(cells, Math.floor((done / total) * cells));
  return '█'.repeat(filled) + '░'.repeat(cells - filled);
}

function rates(stage: StageProgress): string {
  const parts: string[] = [];
  if (stage.bytesTotal > 0) parts.push(`${formatBytes(stage.bytesDone)} of ${formatBytes(stage.bytesTotal)}`);
  if (stage.bytesPerSecond > 0) parts.push(`${formatBytes(stage.bytesPerSecond)}/s`);
  if (stage.itemsPerSecond > 0) parts.push(stage.itemsPerSecond >= 1 ? `${stage.itemsPerSecond.toFixed(1)}/s` : `${formatSeconds(1 / stage.itemsPerSecond)} each`);
  if (stage.failed > 0) parts.push(`${formatCount(stage.failed)} failed`);
  return parts.join(' · ');
}

function isMoving(stage: StageProgress): boolean {
  return stage.total > 0;
}

/** The live block on a terminal: one line per stage, then what is left. */
export function paintProgress(progress: JobProgress): string[] {
  const stages = progress.stages.filter(isMoving);
  const lines = stages.map((stage) => {
    const finished = stage.done + stage.failed;
    const count = `${formatCount(finished)}/${formatCount(stage.total)}`;
    return `  ${DOING[stage.stage].padEnd(13)} ${bar(finished, stage.total)} ${count.padStart(11)}  ${rates(stage)}${stage.current.length === 0 ? '' : `  ${stage.current[0]}`}`;
  });
  const left = progress.remainingSeconds === undefined ? '' : `, ${formatRange(progress.remainingSeconds.low, progress.remainingSeconds.high)} left`;
  const waiting = progress.waitingFor === undefined ? '' : ` · waiting: ${progress.waitingFor}`;
  const disk = progress.disk === undefined ? '' : ` · ${formatBytes(progress.disk.bytes)} on disk, ${formatBytes(progress.disk.expectedPeakBytes)} at peak expected`;
  lines.push(`  ${formatSeconds(progress.elapsedSeconds)} so far${left} · ${plural(progress.workers, 'worker')}${progress.workerBytes === undefined ? '' : `, at most ${formatBytes(progress.workerBytes)} each`}${disk}${waiting}`);
  return lines;
}

/** The same in one plain line, for logs. */
export function progressLine(progress: JobProgress): string {
  const stages = progress.stages.filter(isMoving).map((stage) => {
    const numbers = rates(stage);
    return `${DOING[stage.stage]} ${formatCount(stage.done + stage.failed)}/${formatCount(stage.total)}${numbers === '' ? '' : ` (${numbers})`}`;
  });
  const left = progress.remainingSeconds === undefined ? '' : `; ${formatRange(progress.remainingSeconds.low, progress.remainingSeconds.high)} left`;
  const waiting = progress.waitingFor === undefined ? '' : `; waiting: ${progress.waitingFor}`;
  return `${stages.join('; ')}${left}${waiting}`;
}
