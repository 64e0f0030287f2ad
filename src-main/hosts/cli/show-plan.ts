import type { Plan, RemakeForecast } from '../../contract/plan.ts';
import { formatBytes, formatCount, formatRange, plural } from './format.ts';

const NAMES_SHOWN = 5;

function names(list: readonly { readonly name: string }[]): string {
  const shown = list.slice(0, NAMES_SHOWN).map((entry) => entry.name);
  return shown.join(', ') + (list.length > NAMES_SHOWN ? `, and ${formatCount(list.length - NAMES_SHOWN)} more` : '');
}

function splits(plan: Plan): string {
  return Object.entries(plan.perSplit)
    .map(([split, count]) => `${formatCount(count)} ${split}`)
    .join(', ');
}

/** Lines that no picture is made of; the first of each is told in full. */
const UNDRAWABLE = [
  ['missing-glyph', 'missing glyphs'],
  ['wrong-shaping', 'wrong shaping'],
  ['substituted', 'other fonts'],
  ['too-long', 'too long'],
  ['bad-font', 'unusable fonts'],
  ['bad-text', 'unusable lines'],
] as const;

function blockedLines(plan: Plan): string[] {
  const notOnHub = plan.blocked.filter((item) => item.reason === 'not-on-hub');
  const noSource = plan.blocked.filter((item) => item.reason === 'no-source');
  const noPath = plan.blocked.filter((item) => item.reason === 'no-path');
  const unreadable = plan.blocked.filter((item) => item.reason === 'unreadable');
  const lines: string[] = [];
  if (notOnHub.length > 0) lines.push(`  not on the Hub   ${formatCount(notOnHub.length)}   (${names(notOnHub)})`);
  if (noSource.length > 0) lines.push(`  without a source ${formatCount(noSource.length)}   (${names(noSource)})`);
  for (const [reason, title] of UNDRAWABLE) {
    const items = plan.blocked.filter((item) => item.reason === reason);
    if (items.length > 0) lines.push(`  ${title.padEnd(16)} ${formatCount(items.length)}   (${items[0]!.message}${items.length > 1 ? ' …' : ''})`);
  }
  if (unreadable.length > 0) lines.push(`  not readable     ${formatCount(unreadable.length)}   (${unreadable[0]!.message}${unreadable.length > 1 ? ' …' : ''})`);
  if (noPath.length > 0) lines.push(`  unusable names   ${formatCount(noPath.length)}   (${names(noPath)})`);
  return lines;
}

function unreadLines({ unreadFiles = [] }: Plan): string[] {
  const [first] = unreadFiles;
  return first === undefined ? [] : [`  files not read   ${formatCount(unreadFiles.length)}   (${first}${unreadFiles.length > 1 ? ' …' : ''})`];
}

function downloadLine(plan: Plan): string {
  const { download, source } = plan;
  if (source.unavailable !== undefined) return `  download         sizes unknown: ${source.unavailable}`;
  if (download.files === 0) return '  download         nothing';
  const revision = source.revision === null ? '' : ` from ${source.repository} at ${source.revision.slice(0, 8)}`;
  const kept = download.partialBytes > 0 ? `; ${formatBytes(download.partialBytes)} are here already` : '';
  return `  download         ${plural(download.files, 'file')}, ${formatBytes(download.bytes)}${revision}${kept}`;
}

/** Upwards: what is 8.2 % is not within 8 %. */
function percent(share: number): string {
  return `${Math.ceil(share * 100)} %`;
}

function recordLines({ record }: Plan): string[] {
  if (record === undefined) return [];
  const { jobs, diskWithin, timeWithin } = record;
  const parts = [...(timeWithin === null ? [] : [`within ${percent(timeWithin)} in time`]), ...(diskWithin === null ? [] : [`within ${percent(diskWithin)} on disk`])];
  return [`  forecasts        ${jobs === 1 ? 'the last one was' : `the last ${formatCount(jobs)} were`} ${parts.join(', ')}`];
}

function toMakeNote({ items, blocked, needsRawFiles }: Plan): string {
  if (items.length === 0 && blocked.length > 0) return '   (nothing of what is missing can be made; the reasons follow)';
  return needsRawFiles === false ? '' : `   (${formatCount(items.filter((item) => item.origin === 'local').length)} with a local raw file)`;
}

/** What the memory of a worker rests on. */
function workerWords({ perWorkerBytes, perWorkerFrom, headersRead, workersThatFit }: Plan['memory']): string {
  const basis = perWorkerFrom === 'measured' ? ', as measured' : perWorkerFrom === 'headers' ? `, from the ${headersRead === 1 ? 'header of one raw file' : `headers of ${formatCount(headersRead)} raw files`}` : '';
  return `${formatBytes(perWorkerBytes)} each${basis}; the memory holds ${formatCount(workersThatFit)}`;
}

function diskLine({ peakBytes, endBytes, freeBytes, fits }: Plan['disk']): string {
  return `  disk             ${formatBytes(peakBytes)} at peak, ${formatBytes(endBytes)} at the end; ${formatBytes(freeBytes)} free${fits ? '' : ': it does not fit'}`;
}

/** What a repair is about to make again, with what it takes. */
export function remakeLines({ toMake, blockedCount, download, disk, time, memory }: RemakeForecast): string[] {
  return [
    `To make again: ${plural(toMake, 'entry', 'entries')}${blockedCount > 0 ? `; ${formatCount(blockedCount)} cannot be made` : ''}`,
    ...(download.files === 0 ? [] : [`  download         ${plural(download.files, 'file')}, ${formatBytes(download.bytes)}`]),
    diskLine(disk),
    `  time             ${time === null ? NOT_MEASURED : formatRange(time.lowSeconds, time.highSeconds)}`,
    `  workers          ${memory.workers} (${workerWords(memory)})`,
  ];
}

const NOT_MEASURED = 'not measured yet on this machine; told as soon as the first are made';

/** A plan in about a dozen lines that line up. */
export function planLines(plan: Plan): string[] {
  const { disk, memory } = plan;
  const time = plan.items.length === 0 ? 'none' : plan.time === null ? NOT_MEASURED : `${formatRange(plan.time.lowSeconds, plan.time.highSeconds)} (${plan.time.samples === 0 ? 'as on other machines; not measured yet on this one' : `from ${plural(plan.time.samples, plan.needsRawFiles === false ? 'measured batch' : 'measured volume', plan.needsRawFiles === false ? 'measured batches' : 'measured volumes')}`})`;
  return [
    `Plan for ${plan.configPath}`,
    `  directory        ${plan.directory}`,
    ...plan.parameters.map((line) => `  ${line.name.padEnd(16)} ${line.value}`),
    `  required         ${formatCount(plan.required)}   (${splits(plan)})`,
    `  present          ${formatCount(plan.present)}`,
    `  to make          ${formatCount(plan.items.length)}${toMakeNote(plan)}`,
    ...blockedLines(plan),
    ...unreadLines(plan),
    ...(plan.needsRawFiles === false ? [] : [downloadLine(plan)]),
    diskLine(disk),
    `  time             ${time}`,
    ...recordLines(plan),
    `  workers          ${memory.workers} (${workerWords(memory)})`,
    ...(plan.needsRawFiles === false ? [] : [`  raw files        at most ${formatCount(plan.batchSize)} on disk at once`]),
  ];
}
