import type { CacheTarget, FixResult, VerifyResult } from '../../../contract/commands.ts';
import { KIND_IDS } from '../../../contract/entries.ts';
import { EXIT } from '../../../contract/errors.ts';
import { LarderError } from '../../../base/index.ts';
import type { FlagReader } from '../arguments.ts';
import type { Command, CommandContext } from '../command.ts';
import { CACHE_FLAG, CONFIG_FLAG, JSON_FLAG, KIND_FLAG, MATCH_FLAGS, MATCH_USAGE, ONLY_FROM_FLAG, WAIT_FLAG, WORKERS_FLAG } from '../command.ts';
import { matchOf, namedEntries } from '../named.ts';
import { formatBytes, formatCount, formatSeconds, plural } from '../format.ts';
import { measuredLines } from './generate.ts';

/** @throws ARGUMENT_INVALID unless a config or a folder is given */
export function requireTarget(flags: FlagReader, command: string): CacheTarget {
  const config = flags.text('config');
  const cache = flags.text('cache');
  const kind = flags.choice('kind', KIND_IDS);
  if (config === undefined && cache === undefined) {
    throw new LarderError('ARGUMENT_INVALID', `\`larder ${command}\` needs a cache.`, {
      hint: `Examples: larder ${command} --config configs/config.yaml, or larder ${command} --cache cache/71a83277d45c9b21d998437693007477`,
    });
  }
  return { ...(config === undefined ? {} : { config }), ...(cache === undefined ? {} : { cache }), ...(kind === undefined ? {} : { kind }) };
}

function summary(result: VerifyResult): string[] {
  const rate = result.seconds > 0 ? ` (${formatBytes(result.bytes / result.seconds)}/s)` : '';
  const lines = [`${plural(result.entries, 'entry', 'entries')}: ${formatCount(result.sound)} sound, ${formatCount(result.damaged)} damaged${result.skipped > 0 ? `, ${formatCount(result.skipped)} unchanged since they were last verified` : ''}; ${formatBytes(result.bytes)} read in ${formatSeconds(result.seconds)}${rate}.`];
  if (result.missing > 0) lines.push(`${formatCount(result.missing)} had been there and ${result.missing === 1 ? 'is' : 'are'} gone.`);
  if (result.notMadeYet > 0) lines.push(`${formatCount(result.notMadeYet)} of the list are not in the cache; \`larder plan\` says what can be made of them.`);
  if (result.foreign > 0) lines.push(`${plural(result.foreign, 'file belongs', 'files belong')} to no item of the lists.`);
  const codes = Object.entries(result.byCode).filter(([code, count]) => count > 0 && code !== 'missing');
  if (codes.length > 0) lines.push(`Findings: ${codes.map(([code, count]) => `${code} ${formatCount(count)}`).join(', ')}.`);
  return lines;
}

function verdict(result: VerifyResult): string {
  if (result.errors === 0 && result.entries === 0 && result.skipped === 0) return 'No entry was checked: none fits, or none is there.';
  const checked = result.level === 'deep' ? 'Every byte' : 'The structure';
  return result.errors === 0 ? `${checked} ${result.skipped > 0 ? 'of what had changed ' : ''}was checked: the cache is good.` : `${plural(result.errors, 'error')}: repair with \`larder fix\`.`;
}

function fixSummary(result: FixResult): string[] {
  const lines: string[] = [];
  if (result.quarantined > 0) lines.push(`${plural(result.quarantined, 'file')} set aside; see \`larder quarantine ls\`.`);
  if (result.deleted > 0) lines.push(`${plural(result.deleted, 'damaged file')} deleted.`);
  if (result.swept > 0) lines.push(`${plural(result.swept, 'leftover')} removed.`);
  lines.push(`${plural(result.remade, 'entry', 'entries')} made again.`, ...measuredLines(result));
  for (const item of result.notRemade.slice(0, 20)) lines.push(`Not made again: ${item.name}: ${item.reason}`);
  if (result.notRemade.length > 20) lines.push(`… and ${formatCount(result.notRemade.length - 20)} more.`);
  return lines;
}

const FLAGS = [
  CONFIG_FLAG,
  CACHE_FLAG,
  KIND_FLAG,
  { name: 'quick', help: 'structure only: fast, finds cut and foreign files, not changed numbers' },
  { name: 'deep', help: 'every byte and every number (the default)' },
  { name: 'changed', help: 'skip entries that are as they were when they were last verified' },
  { name: 'only', value: 'NAME', isList: true, help: 'only these volumes; names or hashes' },
  ONLY_FROM_FLAG,
  ...MATCH_FLAGS,
  WORKERS_FLAG,
  { name: 'delete', help: 'when repairing: delete damaged files instead of setting them aside' },
  { name: 'corpus-dir', value: 'DIR', help: 'when repairing images without a config: the text files a lost text is searched in' },
  { name: 'fonts-dir', value: 'DIR', help: 'of images without a config: their fonts, to see whether they have changed and to draw lines again' },
  { name: 're-render', help: 'when repairing images: draw again also those of a changed font, of another program, and the same under different texts' },
  { name: 'yes', short: 'y', help: 'accepted for scripts; repairing asks nothing' },
  JSON_FLAG,
] as const;

async function run(context: CommandContext, command: string, fix: boolean): Promise<number> {
  const { flags, terminal, signal } = context;
  if (flags.isSet('quick') && flags.isSet('deep')) throw new LarderError('ARGUMENT_INVALID', '--quick and --deep exclude each other.', { hint: 'Give one of them; --deep is the default.' });
  const numWorkers = flags.count('num-workers', 1);
  const only = await namedEntries(flags);
  const [corpusDir, fontsDir] = [flags.text('corpus-dir'), flags.text('fonts-dir')];
  const request = {
    ...requireTarget(flags, command),
    level: flags.isSet('quick') ? ('quick' as const) : ('deep' as const),
    changedOnly: flags.isSet('changed'),
    ...(numWorkers === undefined ? {} : { numWorkers }),
    ...(only === undefined ? {} : { only }),
    ...matchOf(flags),
    ...(fontsDir === undefined ? {} : { fontsDir }),
  };
  const engine = await context.engine();
  if (!fix) {
    const misplaced = ['delete', 're-render'].find((name) => flags.isSet(name));
    if (misplaced !== undefined) throw new LarderError('ARGUMENT_INVALID', `--${misplaced} only means something together with --fix.`, { hint: `larder ${command} --fix --${misplaced} …` });
    const result = await engine.verify(request, signal);
    if (terminal.isJson) terminal.json({ type: 'result', ...result });
    else for (const line of [...summary(result), verdict(result)]) terminal.result(line);
    return result.errors > 0 ? EXIT.findings : EXIT.ok;
  }
  const result = await engine.fix({ ...request, delete: flags.isSet('delete'), ...(corpusDir === undefined ? {} : { corpusDir }), ...(flags.isSet('re-render') ? { reRender: true } : {}) }, signal);
  if (terminal.isJson) terminal.json({ type: 'result', ...result });
  else for (const line of [...summary(result), ...fixSummary(result)]) terminal.result(line);
  return result.notRemade.length > 0 ? EXIT.findings : EXIT.ok;
}

export const verifyCommand: Command = {
  name: 'verify',
  aliases: ['validate'],
  summary: 'check every byte and every number of a cache',
  usage: `(--config FILE | --cache DIR) [--quick | --deep] [--changed] [--only NAME…] ${MATCH_USAGE} [-w N] [--fix] [--delete] [--json]`,
  about: 'Finds what torch.load does not notice: a flipped bit loads there without a word. Changes nothing unless --fix is given. Works on any cache folder, also one that Python made.',
  flags: [...FLAGS, { name: 'fix', help: 'repair what is found, as `larder fix`' }],
  examples: [
    { text: 'larder verify --config configs/config.yaml', does: 'everything, with the names of the volumes' },
    { text: 'larder verify --cache cache/71a83277d45c9b21d998437693007477', does: 'a folder by itself' },
    { text: 'larder verify --config configs/config.yaml --changed', does: 'only what changed since the last time' },
  ],
  run: (context) => run(context, 'verify', context.flags.isSet('fix')),
};

export const fixCommand: Command = {
  name: 'fix',
  summary: 'set aside what is damaged and make it again',
  usage: `(--config FILE | --cache DIR) [--only NAME…] ${MATCH_USAGE} [--delete] [-w N] [--json]`,
  about: 'Verifies, says what making again takes on disk, in time and in memory, moves damaged entries to quarantine (`larder quarantine restore` puts them back), makes them again from their source, checks them and puts them in place. Where the disk would not hold it, it ends with exit code 3 before anything is moved. What cannot be made again is said.',
  flags: [...FLAGS, WAIT_FLAG],
  examples: [
    { text: 'larder fix --config configs/config.yaml', does: 'repair; nothing is deleted' },
    { text: 'larder fix --config configs/config.yaml --delete', does: 'delete the damaged files instead of setting them aside' },
  ],
  run: (context) => run(context, 'fix', true),
};
