import { EXIT } from '../../../contract/errors.ts';
import type { GenerateResult } from '../../../contract/commands.ts';
import type { Plan } from '../../../contract/plan.ts';
import { LarderError } from '../../../base/index.ts';
import { assertFits } from '../../../engine/index.ts';
import type { FlagReader } from '../arguments.ts';
import type { Command, CommandContext } from '../command.ts';
import { CONFIG_FLAG, JSON_FLAG, MATCH_FLAGS, MATCH_USAGE, ONLY_FROM_FLAG, WAIT_FLAG, WORKERS_FLAG, YES_FLAG } from '../command.ts';
import { matchOf, namedEntries } from '../named.ts';
import { formatBytes, formatCount, formatRange, formatSeconds, plural } from '../format.ts';
import { planLines } from '../show-plan.ts';

const PLAN_FLAGS = [
  CONFIG_FLAG,
  { ...WORKERS_FLAG },
  { name: 'batch-size', value: 'N', help: 'downloaded raw files on disk at once, at most (default 100)' },
  { name: 'limit', value: 'N', help: 'only the first N of what is missing' },
  { name: 'only', value: 'NAME', isList: true, help: 'only these volumes; names with or without ending, or hashes' },
  ONLY_FROM_FLAG,
  ...MATCH_FLAGS,
] as const;

/** @throws ARGUMENT_INVALID if there is no `--config` */
export function requireConfig(flags: FlagReader, command: string): string {
  const config = flags.text('config');
  if (config === undefined) throw new LarderError('ARGUMENT_INVALID', `\`larder ${command}\` needs a config.`, { hint: `Example: larder ${command} --config configs/config.yaml` });
  return config;
}

async function planArguments(flags: FlagReader, command: string) {
  const limit = flags.count('limit', 1);
  const only = await namedEntries(flags);
  const batchSize = flags.count('batch-size', 1);
  const numWorkers = flags.count('num-workers', 1);
  return {
    config: requireConfig(flags, command),
    ...(limit === undefined ? {} : { limit }),
    ...(only === undefined ? {} : { only }),
    ...matchOf(flags),
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(numWorkers === undefined ? {} : { numWorkers }),
  };
}

export const planCommand: Command = {
  name: 'plan',
  summary: 'what a config will make, how long it takes, how much disk it needs',
  usage: `--config FILE [--limit N] [--only NAME…] ${MATCH_USAGE} [--json]`,
  about: 'Looks at the lists, the cache and the raw files, asks the Hub for sizes, and changes nothing.',
  flags: [...PLAN_FLAGS, JSON_FLAG],
  examples: [
    { text: 'larder plan --config configs/config.yaml', does: 'the plan in a dozen lines' },
    { text: 'larder plan --config configs/config.yaml --json > plan.json', does: 'the whole plan as data, every item with its size' },
  ],
  async run({ flags, terminal, signal, engine }) {
    const { plan } = await (await engine()).plan(await planArguments(flags, 'plan'), signal);
    if (terminal.isJson) terminal.json({ type: 'plan', ...plan });
    else for (const line of planLines(plan)) terminal.result(line);
    for (const warning of terminal.isJson ? [] : plan.warnings) terminal.warn(warning);
    if (!plan.disk.fits) return EXIT.refused;
    return plan.unreadFiles === undefined ? EXIT.ok : EXIT.findings;
  },
};

async function agree(context: CommandContext, plan: Plan): Promise<boolean> {
  const { terminal, flags, signal } = context;
  if (terminal.isJson) terminal.json({ type: 'plan', ...plan });
  else {
    for (const line of planLines(plan)) terminal.say(line);
    for (const warning of plan.warnings) terminal.warn(warning);
  }
  // Before the question: a plan that does not fit is not worth an answer.
  assertFits(plan);
  if (plan.items.length === 0 || flags.isSet('yes')) return true;
  return await terminal.confirm(`Make ${plural(plan.items.length, 'entry', 'entries')}?`, signal);
}

/** What was expected, beside what it took. */
export function measuredLines({ forecast, measured }: Pick<GenerateResult, 'forecast' | 'measured'>): string[] {
  if (forecast === undefined || measured === undefined) return [];
  const time = forecast.seconds === null ? '' : `; ${formatSeconds(measured.seconds)} (${formatRange(forecast.seconds.low, forecast.seconds.high)} expected)`;
  return [`At peak ${formatBytes(measured.peakBytes)} on disk (${formatBytes(forecast.peakBytes)} expected)${time}.`];
}

function summary(result: GenerateResult): string[] {
  const lines = [`Made ${plural(result.published, 'entry', 'entries')} in ${formatSeconds(result.seconds)}; ${formatBytes(result.bytesDownloaded)} downloaded${result.peakWorkerBytes > 0 ? `; workers at most ${formatBytes(result.peakWorkerBytes)}` : ''}.`];
  if (result.alreadyThere > 0) lines.push(`${plural(result.alreadyThere, 'entry was', 'entries were')} made by another process meanwhile.`);
  if (result.completed !== undefined) lines.push(`${plural(result.completed, 'entry was', 'entries were')} there in part, and got what was missing.`);
  if (result.rawFilesRemoved > 0) lines.push(`Removed ${plural(result.rawFilesRemoved, 'local raw file')} (${formatBytes(result.rawBytesRemoved)}); their entries are checked.`);
  if (result.failed > 0) lines.push(`${formatCount(result.failed)} failed: ${result.failures.slice(0, 5).map((failure) => failure.name).join(', ')}${result.failures.length > 5 ? ', …' : ''}`);
  const { refusals = [], unreadFiles = [] } = result;
  if (result.blocked > refusals.length) lines.push(`${formatCount(result.blocked - refusals.length)} cannot be made: see the plan for the reasons.`);
  if (refusals.length > 0) lines.push(`${formatCount(refusals.length)} cannot be made, as was found when they were tried: ${refusals[0]!.message}${refusals.length > 1 ? ' …' : ''}`);
  for (const sentence of unreadFiles) lines.push(`Not read: ${sentence}`);
  lines.push(...measuredLines(result), `Cache: ${result.directory}`);
  return lines;
}

export const generateCommand: Command = {
  name: 'generate',
  summary: 'make what is missing: download, preprocess, publish',
  usage: `--config FILE [--num-workers N] [--batch-size N] [--clean-local-raw-files] [--limit N] [--only NAME…] ${MATCH_USAGE} [--wait] [--yes] [--json]`,
  about:
    'Shows the plan, asks, and runs. Downloads and preprocessing overlap; every entry is checked before it gets its name. Ctrl-C stops within a second and leaves nothing half-done; the same command goes on where it stopped. When the disk is full it says what would free how much and waits for room; in a script, unless --wait is given, it ends with exit code 3 and can be resumed.',
  flags: [
    ...PLAN_FLAGS,
    { name: 'clean-local-raw-files', help: 'remove local raw files whose entries exist, were checked and have no finding' },
    { name: 'format', value: 'F', help: 'monai (default): as MONAI 1.5.0 writes it; tensor: plain tensors that load with weights_only=True, for MONAI 1.5.1 and later, which deletes entries of the other format' },
    WAIT_FLAG,
    YES_FLAG,
    JSON_FLAG,
  ],
  examples: [
    { text: 'larder generate --config configs/config.yaml', does: 'shows the plan and asks' },
    { text: 'larder generate --config configs/config.yaml --yes --num-workers 8 --batch-size 50', does: 'for a cluster job: no question, eight workers, 50 raw files on disk at most' },
    { text: 'larder generate --config configs/config.yaml --limit 4', does: 'a first look at four volumes' },
  ],
  async run(context) {
    const { flags, terminal, signal } = context;
    const engine = await context.engine();
    const format = flags.choice('format', ['monai', 'tensor'] as const);
    const request = { ...(await planArguments(flags, 'generate')), cleanLocalRawFiles: flags.isSet('clean-local-raw-files'), ...(format === undefined ? {} : { format }) };
    const planned = await engine.plan(request, signal);
    if (!(await agree(context, planned.plan))) {
      terminal.say('Nothing was done.');
      return EXIT.ok;
    }
    const result = await engine.generate(request, signal, planned);
    if (terminal.isJson) terminal.json({ type: 'result', ...result });
    else for (const line of summary(result)) terminal.result(line);
    // Raw files that are nowhere may yet come; what a font does not draw is left out by rule, as `pregenerate` does.
    const isLacking = result.blocked > 0 && planned.plan.needsRawFiles !== false;
    return result.failed > 0 || isLacking || result.unreadFiles !== undefined ? EXIT.findings : EXIT.ok;
  },
};
