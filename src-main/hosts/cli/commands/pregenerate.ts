import type { GenerateResult, PregenerateChoices } from '../../../contract/commands.ts';
import { EXIT } from '../../../contract/errors.ts';
import { LarderError } from '../../../base/index.ts';
import { assertFits } from '../../../engine/index.ts';
import type { FlagReader } from '../arguments.ts';
import type { Command } from '../command.ts';
import { CACHE_FLAG, CONFIG_FLAG, JSON_FLAG, ONLY_FROM_FLAG, WAIT_FLAG } from '../command.ts';
import { namedEntries } from '../named.ts';
import { formatBytes, formatCount, formatSeconds, plural } from '../format.ts';
import { planLines } from '../show-plan.ts';
import { measuredLines } from './generate.ts';

const SPLITS = ['train', 'val', 'test'] as const;

const CHOICES = [
  { ...CACHE_FLAG, help: 'the cache folder (default data/synthetic)' },
  { name: 'splits', value: 'S', isList: true, help: 'train, val, test (default: all three)' },
  { name: 'max-lines', value: 'N', help: 'the first N lines of each split (default 0: all)' },
  { name: 'corpus-dir', value: 'DIR', help: 'the text files (default data/processed)' },
  { name: 'fonts-dir', value: 'DIR', help: 'the font files (default fonts)' },
  { name: 'font-prefix', value: 'TEXT', mayBeEmpty: true, help: 'what training writes before a font file; it is part of every key (default fonts/)' },
  { name: 'fonts-per-line', value: 'K', help: 'K fonts of each line, or all (the default)' },
  { name: 'height', value: 'PX', help: 'height of the pictures, 16 to 256 (default 32)' },
  { name: 'index', value: 'FORM', help: 'full (default), or slim: keys only, for more than 500,000 entries' },
] as const;

function fontsPerLine(flags: FlagReader): number | 'all' | undefined {
  return flags.text('fonts-per-line') === 'all' ? 'all' : flags.count('fonts-per-line', 1);
}

function choicesOf(flags: FlagReader): PregenerateChoices {
  const given = {
    cacheDir: flags.text('cache'),
    splits: flags.choices('splits', SPLITS),
    maxLines: flags.count('max-lines', 0),
    corpusDir: flags.text('corpus-dir'),
    fontsDir: flags.text('fonts-dir'),
    fontPrefix: flags.text('font-prefix'),
    fontsPerLine: fontsPerLine(flags),
    height: flags.count('height', 16, 256),
    index: flags.choice('index', ['full', 'slim'] as const),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function summary(result: GenerateResult, planned: number, before: number): string[] {
  const rate = result.seconds > 0 && result.published > 0 ? `, ${(result.published / result.seconds).toFixed(0)} a second` : '';
  const lines = [`Rendered ${plural(result.published, 'image')} in ${formatSeconds(result.seconds)}${rate}; ${formatCount(before)} of ${formatCount(planned)} were cached before.`];
  if (result.alreadyThere > 0) lines.push(`${plural(result.alreadyThere, 'image was', 'images were')} made by another process meanwhile.`);
  const { refusals = [], unreadFiles = [], completed = 0 } = result;
  if (completed > 0) lines.push(`${plural(completed, 'image was', 'images were')} there without metadata, and as they would be drawn: the metadata were written.`);
  if (result.blocked > refusals.length) lines.push(`${formatCount(result.blocked - refusals.length)} skipped: see the plan for the reasons.`);
  if (refusals.length > 0) lines.push(`${formatCount(refusals.length)} skipped, as their fonts do not draw them as they are written:`, ...refusals.slice(0, 5).map(({ message }) => `  ${message}`));
  if (refusals.length > 5) lines.push(`  … and ${formatCount(refusals.length - 5)} more.`);
  for (const sentence of unreadFiles) lines.push(`Not read: ${sentence}`);
  for (const failure of result.failures.slice(0, 5)) lines.push(`Not rendered: ${failure.message}`);
  if (result.failures.length > 5) lines.push(`… and ${formatCount(result.failures.length - 5)} more.`);
  lines.push(...measuredLines(result));
  lines.push(`Cache: ${result.directory}${result.peakWorkerBytes > 0 ? ` (workers at most ${formatBytes(result.peakWorkerBytes)})` : ''}`);
  return lines;
}

export const pregenerateCommand: Command = {
  name: 'pregenerate',
  summary: 'render the lines of a corpus as images, for every font training asks for',
  usage: '[--config FILE | --corpus-dir DIR --fonts-dir DIR …] [--dry-run] [--re-render] [--jobs N] [--wait] [--json]',
  about:
    'Shows the plan and renders what is missing: shaped text, the same bytes on every run. The cache is the one the original ImageCache class reads, and every line it asks for is a hit. Ctrl-C leaves nothing half-done; the same command goes on. Augmentation is never cached: it is random, and training applies it to what it reads.',
  flags: [
    CONFIG_FLAG,
    ...CHOICES,
    { name: 'jobs', short: 'j', value: 'N', aliases: ['num-workers', 'workers'], help: 'worker processes at most (default: one per core)' },
    { name: 'limit', value: 'N', help: 'only the first N of what is missing' },
    { name: 'only', value: 'TEXT', isList: true, help: 'only these lines, or pictures by their hashes' },
    ONLY_FROM_FLAG,
    { name: 'dry-run', help: 'show the plan and render nothing' },
    { name: 're-render', help: 'render again what is there already' },
    WAIT_FLAG,
    { name: 'yes', short: 'y', help: 'accepted for scripts; pregenerate asks nothing' },
    JSON_FLAG,
  ],
  examples: [
    { text: 'larder pregenerate --splits train val --max-lines 1000 --dry-run', does: 'what the first thousand lines of two splits would take' },
    { text: 'larder pregenerate --corpus-dir data/processed --fonts-dir fonts --jobs 8', does: 'everything, on eight cores' },
    { text: 'larder pregenerate --fonts-per-line 2 --height 48', does: 'two fonts for each line, chosen by its text' },
  ],
  async run({ flags, terminal, signal, engine: open }) {
    const config = flags.text('config');
    const choices = choicesOf(flags);
    const [both] = Object.keys(choices);
    if (config !== undefined && both !== undefined) throw new LarderError('ARGUMENT_INVALID', 'A config says already what the other flags say.', { hint: 'Give --config alone (with --jobs, --limit, --only, --dry-run, --re-render), or the flags without it.' });
    const engine = await open();
    const jobs = flags.count('jobs', 1);
    const limit = flags.count('limit', 1);
    const only = await namedEntries(flags);
    const request = { config: config ?? (await engine.keepChoices(choices)), remake: flags.isSet('re-render'), ...(jobs === undefined ? {} : { numWorkers: jobs }), ...(limit === undefined ? {} : { limit }), ...(only === undefined ? {} : { only }) };
    const planned = await engine.plan(request, signal);
    if (planned.config.kind !== 'image') throw new LarderError('ARGUMENT_INVALID', `${planned.plan.configPath} is no config of an image cache.`, { hint: 'Use `larder generate` for it.' });
    if (terminal.isJson) terminal.json({ type: 'plan', ...planned.plan });
    else for (const line of planLines(planned.plan)) if (flags.isSet('dry-run')) terminal.result(line);
      else terminal.say(line);
    if (!terminal.isJson) for (const warning of planned.plan.warnings) terminal.warn(warning);
    // Nothing is begun, and a script does not take it for a job well done.
    if (planned.plan.required === 0) throw new LarderError('CORPUS_INVALID', 'There is nothing to render: the corpus has no line of text for these splits.', { hint: 'Name the folder that holds train.txt (or train_0.txt, train_1.txt, …), val.txt and test.txt with --corpus-dir; the notes say what was found.' });
    if (flags.isSet('dry-run')) return !planned.plan.disk.fits ? EXIT.refused : planned.plan.unreadFiles === undefined ? EXIT.ok : EXIT.findings;
    assertFits(planned.plan);
    const result = await engine.generate(request, signal, planned);
    if (terminal.isJson) terminal.json({ type: 'result', ...result });
    else for (const line of summary(result, planned.plan.required, planned.plan.present)) terminal.result(line);
    return result.failed > 0 || result.unreadFiles !== undefined ? EXIT.findings : EXIT.ok;
  },
};
