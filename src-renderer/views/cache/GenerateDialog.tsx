import { useState } from 'react';
import type { CacheSummary } from '../../../src-main/contract/commands.ts';
import type { PlanSummary } from '../../../src-main/contract/plan.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { useSettled } from '../../lib/use-settled.ts';
import { call } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import { Facts } from './Facts.tsx';
import type { Chosen } from './chosen.ts';
import { chosenInput, chosenParts, countOf } from './chosen.ts';
import { commandFor } from './commands.ts';
import { hasRawFiles } from '../../kinds/config-parts.ts';
import { RawFileChoices } from '../../kinds/volume/RawFileChoices.tsx';
import { NO_RAW_FILE_CHOICE, rawFileArguments, rawFileFlags } from '../../kinds/volume/raw-file-choice.ts';
import { JobOptions } from './JobOptions.tsx';
import type { NumberTexts } from './job-options.ts';
import { areNumbers, numberFlags, numbersOf } from './job-options.ts';
import { recordJobs, recordWords, timeWords, workerWords } from '../jobs/forecast-words.ts';
import styles from './Dialogs.module.css';
import { useQuery } from './use-query.ts';
import { useStart } from './use-start.ts';

interface GenerateDialogProps {
  readonly cache: CacheSummary;
  /** These items only; all that are missing if absent. */
  readonly only?: Chosen;
  /** Opened to be rid of raw files: also where nothing is missing. */
  readonly isCleaning?: boolean;
  readonly onClose: () => void;
}

/** A plan asks the source, so not at every letter. */
const PLAN_AFTER_MS = 400;

/** The plan, and the question whether to go ahead. */
export function GenerateDialog({ cache, only, isCleaning = false, onClose }: GenerateDialogProps) {
  const [typed, setTyped] = useState<NumberTexts>({});
  const [raw, setRaw] = useState({ ...NO_RAW_FILE_CHOICE, cleanLocalRawFiles: isCleaning });
  const texts = useSettled(typed, PLAN_AFTER_MS);
  const choices = { cacheId: cache.id, ...chosenInput(only), ...numbersOf(texts) };
  const plan = useQuery(`plan ${JSON.stringify(choices)}`, 0, () => call('cache.plan', choices));
  const { start, isStarting, error } = useStart(cache, onClose);
  const value = plan.value;
  const hasRaw = hasRawFiles(cache.kind);
  const canStart = value !== undefined && (value.toMake > 0 || raw.cleanLocalRawFiles) && value.disk.fits && !isStarting && areNumbers(typed) && texts === typed;
  return (
    <Dialog
      title={isCleaning ? `Remove raw files of ${cache.label}` : only === undefined ? `Generate ${cache.label}` : `Generate ${'keys' in only ? '' : 'what is missing among '}${formatCount(countOf(only))} of ${cache.label}`}
      onClose={onClose}
      actions={
        value?.toMake === 0 && !raw.cleanLocalRawFiles ? null : (
          <button type="button" className="button" data-tone="main" disabled={!canStart} onClick={() => void start(() => call('cache.generate', { ...choices, ...rawFileArguments(raw) }))}>
            {isStarting ? 'Starting …' : goWords(value?.toMake, raw.cleanLocalRawFiles)}
          </button>
        )
      }
    >
      {plan.error !== undefined && <ErrorNote error={plan.error} />}
      {value === undefined && plan.error === undefined && (
        <p className={styles.quiet} role="status">
          Planning: reading the lists, asking the source for sizes …
        </p>
      )}
      {value !== undefined && <PlanFacts plan={value} />}
      <JobOptions names={hasRaw ? ['limit', 'numWorkers', 'batchSize'] : ['limit', 'numWorkers']} texts={typed} onChange={setTyped} isOpen={isCleaning}>
        {hasRaw && <RawFileChoices choices={raw} onChange={(change) => setRaw({ ...raw, ...change })} />}
      </JobOptions>
      {error !== undefined && <ErrorNote error={error} />}
      <CommandLine place="cache: generate" command={commandFor('generate', cache, chosenParts(only, `${numberFlags(typed)}${rawFileFlags(raw)} --yes`))} purpose="generate" />
    </Dialog>
  );
}

/** What the button does, named where it cannot be taken back. */
function goWords(toMake: number | undefined, isCleaning: boolean): string {
  if (toMake === undefined) return 'Generate';
  if (!isCleaning) return `Generate ${formatCount(toMake)}`;
  return toMake === 0 ? 'Remove raw files' : `Generate ${formatCount(toMake)}, remove raw files`;
}

function PlanFacts({ plan }: { readonly plan: PlanSummary }) {
  const { download, disk, time, memory, blocked } = plan;
  const reused = download.reusedFiles > 0 ? `, ${formatCount(download.reusedFiles)} already on this disk` : '';
  return (
    <>
      <Facts
        facts={[
          ['Required', formatCount(plan.required)],
          ['Present', formatCount(plan.present)],
          ['To make', formatCount(plan.toMake)],
          ...(blocked.count > 0 ? ([['Cannot be made', `${formatCount(blocked.count)}${blocked.byReason['not-on-hub'] > 0 ? ` (${formatCount(blocked.byReason['not-on-hub'])} not on the Hub)` : ''}`]] as const) : []),
          ['Download', `${formatBytes(download.bytes)} in ${formatCount(download.files)} ${download.files === 1 ? 'file' : 'files'}${reused}`],
          ['Disk', `${formatBytes(disk.peakBytes)} at peak, ${formatBytes(disk.endBytes)} stay; ${formatBytes(disk.freeBytes)} free`],
          ['Time', timeWords(time)],
          ...(plan.record === undefined ? [] : ([['Forecasts', `${recordJobs(plan.record)} ${recordWords(plan.record)}`]] as const)),
          ['Workers', workerWords(memory)],
        ]}
      />
      {!disk.fits && (
        <p className={styles.bad} role="alert">
          ▲ The disk would not hold it: {formatBytes(disk.peakBytes)} are needed at peak and {formatBytes(disk.reserveBytes)} kept free, but only {formatBytes(disk.freeBytes)} are free.
        </p>
      )}
      {plan.toMake === 0 && blocked.count > 0 && <p role="status">◆ Nothing of what is missing can be made; below is why.</p>}
      {blocked.count > 0 && (
        <details open={plan.toMake === 0}>
          <summary>{plan.toMake === 0 ? `Why ${blocked.count === 1 ? 'it' : 'they'} cannot be made` : 'Why some cannot be made'}</summary>
          <ul className={styles.list}>
            {blocked.first.map((item) => (
              <li key={item.key}>{item.message}</li>
            ))}
            {blocked.count > blocked.first.length && <li>and {formatCount(blocked.count - blocked.first.length)} more</li>}
          </ul>
        </details>
      )}
      {plan.warnings.length > 0 && (
        <ul className={styles.warnings}>
          {plan.warnings.map((warning) => (
            <li key={warning}>◆ {warning}</li>
          ))}
        </ul>
      )}
    </>
  );
}
