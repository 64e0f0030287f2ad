import { useState } from 'react';
import type { CacheSummary, RepairPreview } from '../../../src-main/contract/commands.ts';
import type { RemakeForecast } from '../../../src-main/contract/plan.ts';
import { FINDINGS } from '../../../src-main/contract/findings.ts';
import { hasRawFiles } from '../../kinds/config-parts.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { call, usePage } from '../../state/index.ts';
import { CheckField } from '../../ui/CheckField.tsx';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field } from '../../ui/Field.tsx';
import { SelectBox } from '../../ui/SelectBox.tsx';
import { ErrorNote } from './ErrorNote.tsx';
import { Facts } from './Facts.tsx';
import type { Chosen } from './chosen.ts';
import { chosenInput, chosenParts, countOf } from './chosen.ts';
import { commandFor } from './commands.ts';
import type { Depth } from './depths.ts';
import { DEPTHS, depthOf } from './depths.ts';
import styles from './Dialogs.module.css';
import { JobOptions } from './JobOptions.tsx';
import { MaterialFields, NO_MATERIAL, materialChoices, materialFlags } from './MaterialFields.tsx';
import { RemovalChoice } from './RemovalChoice.tsx';
import type { NumberTexts } from './job-options.ts';
import { areNumbers, numberFlags, numbersOf } from './job-options.ts';
import { timeWords, workerWords } from '../jobs/forecast-words.ts';
import { useQuery } from './use-query.ts';
import { useRevision } from './use-revision.ts';
import { useStart } from './use-start.ts';

interface FixDialogProps {
  readonly cache: CacheSummary;
  /** The entries to repair; all that need it if absent. */
  readonly only?: Chosen;
  readonly onClose: () => void;
}

/** What repairing would do about what is known, and the question whether to go ahead. */
export function FixDialog({ cache, only, onClose }: FixDialogProps) {
  const { start, isStarting, error } = useStart(cache, onClose);
  // What is found while the dialog is open belongs to what it repairs.
  const revision = useRevision(usePage((page) => page.mirror), cache);
  const [texts, setTexts] = useState<NumberTexts>({});
  const [material, setMaterial] = useState(NO_MATERIAL);
  const [isFinal, setIsFinal] = useState(false);
  const [isRedrawing, setIsRedrawing] = useState(false);
  const [depth, setDepth] = useState(DEPTHS[0]);
  const needsMaterial = cache.configPath === null && !hasRawFiles(cache.kind);
  const choices = { cacheId: cache.id, ...chosenInput(only) };
  const fix = { ...choices, ...(depth === DEPTHS[0] ? {} : depth.choices), ...numbersOf(texts), ...materialChoices(material), ...(isFinal ? { delete: true } : {}), ...(isRedrawing ? { reRender: true } : {}) };
  const { value: repairs, error: unknown } = useQuery(`repairs ${JSON.stringify(choices)}`, revision, () => call('cache.repairs', choices));
  const entries = repairs?.entries ?? 0;
  const planned = { ...choices, ...numbersOf(texts), ...(isFinal ? { delete: true } : {}) };
  const forecast = useQuery(`fix plan ${JSON.stringify(planned)} ${entries}`, 0, () => (entries === 0 ? Promise.resolve(null) : call('cache.planFix', planned)));
  const fits = forecast.value?.disk.fits !== false;
  const problem = error ?? unknown ?? forecast.error;
  return (
    <Dialog
      title={only === undefined ? `Fix ${cache.label}` : `Fix ${formatCount(countOf(only))} of ${cache.label}`}
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone="main" disabled={isStarting || repairs === undefined || !areNumbers(texts) || !fits} onClick={() => void start(() => call('cache.fix', fix))}>
          {isStarting ? 'Starting …' : entries === 0 ? 'Verify and fix' : `Fix ${formatCount(entries)}`}
        </button>
      }
    >
      {repairs === undefined && unknown === undefined && <p role="status">Looking what that is …</p>}
      {repairs !== undefined && <RepairWords repairs={repairs} isFinal={isFinal} />}
      {entries > 0 && <RemakeFacts forecast={forecast.value} isAsking={forecast.value === undefined && forecast.error === undefined} />}
      {repairs !== undefined && (repairs.files > 0 || entries === 0) && <RemovalChoice isFinal={isFinal} onChange={setIsFinal} />}
      {!hasRawFiles(cache.kind) && <RedrawChoice isOn={isRedrawing} onChange={setIsRedrawing} />}
      {needsMaterial && <MaterialFields names={['corpusDir', 'fontsDir']} material={material} onChange={setMaterial} />}
      <JobOptions names={['numWorkers']} texts={texts} onChange={setTexts}>
        <DepthField depth={depth} onChange={setDepth} />
      </JobOptions>
      {cache.configPath === null && !(needsMaterial && material.fontsDir.trim() !== '') && <p className={styles.bad}>▲ {withoutConfigWords(cache)}: damaged files can be set aside, but not made again.</p>}
      {problem !== undefined && <ErrorNote error={problem} />}
      <CommandLine place="cache: fix" command={commandFor('fix', cache, chosenParts(only, `${depth.flags}${isFinal ? ' --delete' : ''}${isRedrawing ? ' --re-render' : ''}${numberFlags(texts)}${materialFlags(material)}`))} purpose="fix" />
    </Dialog>
  );
}

function withoutConfigWords({ formerConfigPath, unreadableConfig }: CacheSummary): string {
  if (unreadableConfig !== null) return 'The config of this cache cannot be read';
  return formerConfigPath === null ? 'No config is known for this cache' : 'The config of this cache makes another folder now';
}

/** What making again takes, and whether the disk holds it. */
function RemakeFacts({ forecast, isAsking }: { readonly forecast: RemakeForecast | null | undefined; readonly isAsking: boolean }) {
  if (isAsking) {
    return (
      <p className={styles.quiet} role="status">
        Planning: reading the lists, asking the source for sizes …
      </p>
    );
  }
  if (forecast === null || forecast === undefined) return null;
  const { toMake, blockedCount, download, disk, time, memory } = forecast;
  return (
    <>
      <Facts
        facts={[
          ['To make again', `${formatCount(toMake)}${blockedCount > 0 ? `; ${formatCount(blockedCount)} cannot be made` : ''}`],
          ...(download.files > 0 ? ([['Download', `${formatBytes(download.bytes)} in ${formatCount(download.files)} ${download.files === 1 ? 'file' : 'files'}`]] as const) : []),
          ['Disk', `${formatBytes(disk.peakBytes)} at peak; ${formatBytes(disk.freeBytes)} free`],
          ['Time', timeWords(time)],
          ['Workers', workerWords(memory)],
        ]}
      />
      {!disk.fits && (
        <p className={styles.bad} role="alert">
          ▲ The disk would not hold it: {formatBytes(disk.peakBytes)} are needed at peak and {formatBytes(disk.reserveBytes)} kept free, but only {formatBytes(disk.freeBytes)} are free.
        </p>
      )}
    </>
  );
}

/** How thoroughly is verified what is then repaired. */
function DepthField({ depth, onChange }: { readonly depth: Depth; readonly onChange: (depth: Depth) => void }) {
  return (
    <Field label="Verify first" about={depth.id === 'quick' ? 'Fast: finds cut and foreign files. Entries with changed numbers stay as they are.' : depth.about}>
      <SelectBox options={DEPTHS.map(({ id, title }) => ({ value: id, title }))} value={depth.id} onChange={(id) => onChange(depthOf(id))} />
    </Field>
  );
}

/** What is not damaged is drawn again only where it is asked for. */
function RedrawChoice({ isOn, onChange }: { readonly isOn: boolean; readonly onChange: (isOn: boolean) => void }) {
  return (
    <CheckField label="Draw again what is only out of date" isOn={isOn} onChange={onChange}>
      Pictures of a font that has changed, of another program, and the same picture under different texts.
    </CheckField>
  );
}

function RepairWords({ repairs, isFinal }: { readonly repairs: RepairPreview; readonly isFinal: boolean }) {
  const { files, entries, bytes } = repairs;
  if (entries === 0) return <p>Nothing is known to be wrong with these. They are verified, and what is found damaged then is taken away and made again. What has not been made yet is made by Generate.</p>;
  return (
    <>
      <p>
        {files > 0 && `${formatCount(files)} damaged ${files === 1 ? 'file' : 'files'} (${formatBytes(bytes)}) will be ${isFinal ? 'deleted for good' : 'set aside in quarantine'}. `}
        {formatCount(entries)} {entries === 1 ? 'entry' : 'entries'} will be made again from {entries === 1 ? 'its' : 'their'} source. {isFinal ? <strong className={styles.bad}>This cannot be undone.</strong> : 'Nothing is deleted; it can be undone.'}
      </p>
      <table className={styles.repairs}>
        <thead>
          <tr>
            <th scope="col">Finding</th>
            <th scope="col">What is done</th>
            <th scope="col" className={styles.number}>
              Entries
            </th>
            <th scope="col" className={styles.number}>
              Size
            </th>
          </tr>
        </thead>
        <tbody>
          {repairs.byCode.map(({ code, entries: count, bytes: size }) => (
            <tr key={code}>
              <th scope="row">{FINDINGS[code].title}</th>
              <td>{FINDINGS[code].fix}</td>
              <td className={styles.number}>{formatCount(count)}</td>
              <td className={styles.number}>{code === 'missing' ? '–' : formatBytes(size)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className={styles.quiet}>Every entry is verified once more first, so that only what is damaged then is touched.</p>
    </>
  );
}
