import type { JobProgress, StageProgress } from '../../../src-main/contract/progress.ts';
import { formatBytes, formatCount, formatRate, percentOf } from '../../lib/format.ts';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { TableHead } from '../../ui/TableHead.tsx';
import { diskWords } from './forecast-words.ts';
import styles from './JobsView.module.css';

/** How far each part of a job is, and what it is at. */
export function JobStages({ progress, isPaused }: { readonly progress: JobProgress | null; readonly isPaused: boolean }) {
  if (progress === null || progress.stages.length === 0) return <p className={styles.quiet}>{isPaused ? 'Begins when it is resumed.' : progress?.waitingFor === undefined ? 'Starting …' : `Waiting for ${progress.waitingFor} …`}</p>;
  return (
    <div className={styles.scroll}>
      <table className={styles.stages}>
        <TableHead columns={['Stage', 'Progress', 'Done', 'Failed', 'Bytes', 'Rate', 'Now']} />
        <tbody>
          {progress.stages.map((stage) => (
            <StageRow key={stage.stage} stage={stage} />
          ))}
        </tbody>
      </table>
      <p className={styles.quiet}>
        {progress.workers > 0 && `${formatCount(progress.workers)} ${progress.workers === 1 ? 'worker' : 'workers'}${progress.workerBytes === undefined ? '' : `, at most ${formatBytes(progress.workerBytes)} each`}`}
        {progress.disk !== undefined && ` · ${diskWords(progress)}`}
        {progress.waitingFor !== undefined && ` · waiting for ${progress.waitingFor}`}
      </p>
    </div>
  );
}

function StageRow({ stage }: { readonly stage: StageProgress }) {
  const { done, failed, total, bytesDone, bytesTotal, bytesPerSecond, itemsPerSecond, current } = stage;
  // Bytes move long before the first item is finished.
  const percent = Math.max(percentOf(done + failed, total), bytesTotal > 0 && done + failed < total ? percentOf(bytesDone, bytesTotal) : 0);
  const rates = [itemsPerSecond > 0 && `${formatRate(itemsPerSecond)}/s`, bytesPerSecond > 0 && `${formatBytes(bytesPerSecond)}/s`].filter((rate) => rate !== false);
  return (
    <tr>
      <th scope="row">{stage.stage}</th>
      <td>
        <ProgressBar className={styles.track} label={stage.stage} percent={percent} />
      </td>
      <td>
        {formatCount(done)} of {formatCount(total)}
      </td>
      <td className={failed > 0 ? styles.bad : undefined}>{failed > 0 ? `▲ ${formatCount(failed)}` : '–'}</td>
      <td>{bytesDone === 0 ? '–' : bytesTotal > 0 ? `${formatBytes(bytesDone)} of ${formatBytes(bytesTotal)}` : formatBytes(bytesDone)}</td>
      <td>{rates.length === 0 ? '–' : rates.join(' · ')}</td>
      <td className={styles.now} title={current.join(', ')}>
        {current.length === 0 ? '–' : current.join(', ')}
      </td>
    </tr>
  );
}
