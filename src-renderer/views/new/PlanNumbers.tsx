import type { PlanSummary } from '../../../src-main/contract/plan.ts';
import { formatBytes, formatCount, formatSeconds } from '../../lib/format.ts';
import { NOT_MEASURED, recordJobs, recordWords, workerBytesWords } from '../jobs/forecast-words.ts';
import styles from './NewView.module.css';

const REASONS = { 'not-on-hub': 'not on the Hub', 'no-source': 'without a source', 'no-path': 'unusable names', 'unreadable': 'raw files the disk does not show', 'missing-glyph': 'a glyph is missing in the font', 'wrong-shaping': 'shaped wrongly by the font', 'substituted': 'another font would be drawn', 'too-long': 'too long for a picture', 'bad-font': 'unusable fonts', 'bad-text': 'unusable lines' } as const;

/** The numbers of `larder plan`. */
export function PlanNumbers({ plan }: { readonly plan: PlanSummary }) {
  const { disk, memory, blocked } = plan;
  const splits = Object.entries(plan.perSplit).map(([split, count]) => `${formatCount(count)} ${split}`);
  return (
    <div className={styles.plan}>
      <dl className={styles.numbers}>
        <Row name="required" value={formatCount(plan.required)} note={splits.join(', ')} />
        <Row name="present" value={formatCount(plan.present)} />
        <Row name="to make" value={formatCount(plan.toMake)} note={`${formatCount(plan.local)} with a local raw file`} />
        {blocked.count > 0 && <Row name="blocked" value={formatCount(blocked.count)} note={blockedWords(plan)} tone="warn" />}
        {plan.unreadFiles !== undefined && <Row name="files not read" value={formatCount(plan.unreadFiles.length)} note={plan.unreadFiles[0]} tone="bad" />}
        <Row name="download" {...downloadWords(plan)} />
        <Row name="disk" value={formatBytes(disk.peakBytes)} note={`at peak, ${formatBytes(disk.endBytes)} at the end; ${formatBytes(disk.freeBytes)} free`} tone={disk.fits ? undefined : 'bad'} />
        <Row name="time" {...timeWords(plan)} />
        {plan.record !== undefined && <Row name="forecasts" value={recordJobs(plan.record)} note={recordWords(plan.record)} />}
        <Row name="workers" value={formatCount(memory.workers)} note={`${workerBytesWords(memory)}; the memory holds ${formatCount(memory.workersThatFit)}`} />
        <Row name="raw files" value={formatCount(plan.batchSize)} note="on disk at once, at most" />
      </dl>
      {!disk.fits && <Refusal plan={plan} />}
      {blocked.count > 0 && <Blocked plan={plan} />}
      {plan.warnings.length > 0 && (
        <ul className={styles.warnings} aria-label="Warnings of the plan">
          {plan.warnings.map((warning) => (
            <li key={warning}>
              <span aria-hidden="true">◆ </span>
              {warning}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

interface RowProps {
  readonly name: string;
  readonly value: string;
  readonly note?: string | undefined;
  readonly tone?: 'warn' | 'bad' | undefined;
}

function Row({ name, value, note, tone }: RowProps) {
  return (
    <>
      <dt>{name}</dt>
      <dd className={styles.value} data-tone={tone}>
        {value}
      </dd>
      <dd className={styles.note}>{note}</dd>
    </>
  );
}

function blockedWords({ blocked }: PlanSummary): string {
  return (Object.keys(REASONS) as (keyof typeof REASONS)[])
    .filter((reason) => blocked.byReason[reason] > 0)
    .map((reason) => `${formatCount(blocked.byReason[reason])} ${REASONS[reason]}`)
    .join(', ');
}

function downloadWords({ download, source }: PlanSummary): Pick<RowProps, 'value' | 'note' | 'tone'> {
  if (source.unavailable !== undefined) return { value: '?', note: `sizes unknown: ${source.unavailable}`, tone: 'warn' };
  if (download.files === 0) return { value: 'nothing' };
  const revision = source.revision === null ? '' : ` from ${source.repository} at ${source.revision.slice(0, 8)}`;
  const kept = download.partialBytes > 0 ? `; ${formatBytes(download.partialBytes)} are here already` : '';
  return { value: formatBytes(download.bytes), note: `${formatCount(download.files)} ${download.files === 1 ? 'file' : 'files'}${revision}${kept}` };
}

function timeWords({ time, toMake }: PlanSummary): Pick<RowProps, 'value' | 'note'> {
  if (toMake === 0) return { value: 'none' };
  if (time === null) return { value: '?', note: NOT_MEASURED };
  const [low, high] = [formatSeconds(time.lowSeconds), formatSeconds(time.highSeconds)];
  return { value: low === high ? `about ${low}` : `${low} – ${high}`, note: time.samples === 0 ? 'as on other machines; not measured yet on this one' : `from ${formatCount(time.samples)} measured ${time.samples === 1 ? 'sample' : 'samples'}` };
}

function Refusal({ plan: { disk, directory } }: { readonly plan: PlanSummary }) {
  return (
    <div className={styles.problem} role="alert">
      <p>
        <span aria-hidden="true">▲ </span>The disk would not hold it: {formatBytes(disk.peakBytes)} are needed at peak and {formatBytes(disk.reserveBytes)} kept free, but only {formatBytes(disk.freeBytes)} are free at <code>{directory}</code>.
      </p>
      <p className={styles.quiet}>Free {formatBytes(disk.peakBytes + disk.reserveBytes - disk.freeBytes)}, set a limit, or lower the batch size.</p>
    </div>
  );
}

function Blocked({ plan: { blocked } }: { readonly plan: PlanSummary }) {
  const rest = blocked.count - blocked.first.length;
  return (
    <details className={styles.blocked}>
      <summary>
        {formatCount(blocked.count)} cannot be made
      </summary>
      <ul>
        {blocked.first.map((item) => (
          <li key={item.key}>
            <strong>{item.name}</strong> <span className={styles.quiet}>{REASONS[item.reason]}: {item.message}</span>
          </li>
        ))}
        {rest > 0 && <li>and {formatCount(rest)} more; `larder plan --json` lists all</li>}
      </ul>
    </details>
  );
}
