import type { QuarantineItem } from '../../../contract/commands.ts';
import { EXIT } from '../../../contract/errors.ts';
import { LarderError } from '../../../base/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { CACHE_FLAG, CONFIG_FLAG, JSON_FLAG, KIND_FLAG, MATCH_FLAGS, MATCH_USAGE, ONLY_FROM_FLAG, YES_FLAG } from '../command.ts';
import { formatBytes, formatCount, formatNames, formatSeconds, formatTable, formatTime, plural } from '../format.ts';
import { matchOf, namedEntries, namesFrom } from '../named.ts';
import { clearPreviews } from './previews.ts';
import { requireTarget } from './verify.ts';

export const clearCommand: Command = {
  name: 'clear',
  isMakingRoom: true,
  summary: 'remove entries, through quarantine unless told otherwise',
  usage: `(--config FILE | --cache DIR | --previews) ${MATCH_USAGE} [--only NAME…] [--delete] [--leftovers] [--yes] [--json]`,
  about: 'Shows what would go and asks. Without --delete the files move to quarantine and `larder quarantine restore --all` puts them back; space is regained by `larder quarantine purge`.',
  flags: [
    CONFIG_FLAG,
    CACHE_FLAG,
    KIND_FLAG,
    ...MATCH_FLAGS,
    { name: 'only', value: 'NAME', isList: true, help: 'only these volumes; names or hashes' },
    ONLY_FROM_FLAG,
    { name: 'delete', help: 'delete for good' },
    { name: 'leftovers', help: 'no entries, but what runs that were cut off have left: downloads, which begin anew then, and staging' },
    { name: 'previews', help: 'the pictures kept for viewing instead, of all caches; no cache is touched' },
    YES_FLAG,
    JSON_FLAG,
  ],
  examples: [
    { text: 'larder clear --config configs/config.yaml', does: 'everything, after asking' },
    { text: 'larder clear --cache cache/71a8… --state foreign --delete --yes', does: 'delete files no item is named after' },
  ],
  async run(context) {
    const { flags, terminal, signal, engine } = context;
    if (flags.isSet('previews')) return await clearPreviews(context);
    const opened = await engine();
    if (flags.isSet('leftovers')) {
      const cleared = await opened.clearLeftovers(requireTarget(flags, 'clear'), signal);
      if (terminal.isJson) terminal.json({ type: 'result', ...cleared });
      else terminal.result(`${plural(cleared.files, 'leftover')} (${formatBytes(cleared.bytes)}) removed.`);
      return EXIT.ok;
    }
    const only = await namedEntries(flags);
    const request = { ...requireTarget(flags, 'clear'), ...matchOf(flags), ...(only === undefined ? {} : { only }), delete: flags.isSet('delete') };
    const preview = await opened.previewClear(request, signal);
    const costs = preview.count === 0 ? [] : [preview.remakeSeconds === null ? [] : `about ${formatSeconds(preview.remakeSeconds)} of a worker`, preview.remakeDownloadBytes === 0 ? [] : `${formatBytes(preview.remakeDownloadBytes)} of downloads`].flat();
    const cost = costs.length === 0 ? '' : `; making them again would take ${costs.join(' and ')}`;
    const lost = preview.notRemade === 0 ? '' : `; ${formatCount(preview.notRemade)} of them no config makes again`;
    const what = `${plural(preview.count, 'entry', 'entries')} (${formatBytes(preview.bytes)}) of ${preview.directory}${cost}${lost}`;
    if (terminal.isJson) terminal.json({ type: 'preview', ...preview });
    else {
      terminal.say(`Would ${request.delete ? 'delete' : 'set aside'} ${what}.`);
      for (const line of formatNames(preview.names, preview.count)) terminal.say(`  ${line}`);
    }
    if (preview.count === 0) {
      await opened.tidy(requireTarget(flags, 'clear'), signal);
      return EXIT.ok;
    }
    const isAsked = !flags.isSet('yes');
    if (isAsked && !(await terminal.confirm(request.delete ? 'Delete them for good?' : 'Set them aside?', signal))) {
      terminal.say('Nothing was done.');
      return EXIT.ok;
    }
    const result = await opened.clear({ ...request, ...(isAsked ? { agreed: preview.count } : {}) }, signal);
    if (terminal.isJson) terminal.json({ type: 'result', ...result });
    else terminal.result(`${plural(result.count, 'entry', 'entries')} (${formatBytes(result.bytes)}) ${result.quarantined ? 'set aside; `larder quarantine restore --all` puts them back' : 'deleted'}.`);
    return EXIT.ok;
  },
};

async function listQuarantine({ flags, terminal, signal, engine }: CommandContext): Promise<number> {
  const items = await (await engine()).quarantineList(requireTarget(flags, 'quarantine ls'), signal);
  if (terminal.isJson) {
    for (const item of items) terminal.json({ type: 'quarantined', ...item });
    return EXIT.ok;
  }
  if (items.length === 0) terminal.result('The quarantine is empty.');
  else for (const line of formatTable(['id', 'name', 'file', 'size', 'since (UTC)', 'reason'], items.map((item) => [item.id, item.name ?? '–', item.file, formatBytes(item.sizeBytes), formatTime(item.quarantinedAtMs), item.code]), [3])) terminal.result(line);
  return EXIT.ok;
}

/** Ids behind the verb, or one a line from the file of `--ids-from`. */
async function idsOf({ flags, positionals }: CommandContext): Promise<readonly string[]> {
  return [...positionals.slice(1), ...((await namesFrom(flags, 'ids-from')) ?? [])];
}

async function restore(context: CommandContext): Promise<number> {
  const { flags, terminal, signal, engine } = context;
  const jobId = flags.text('job');
  const request = { ...requireTarget(flags, 'quarantine restore'), ids: await idsOf(context), all: flags.isSet('all'), replace: flags.isSet('replace'), ...(jobId === undefined ? {} : { jobId }) };
  const items = await (await engine()).quarantineRestore(request, signal);
  if (terminal.isJson) for (const item of items) terminal.json({ type: 'restored', ...item });
  else terminal.result(`${plural(items.length, 'file')} put back${items.length > 0 ? `: ${items.slice(0, 5).map((item) => item.file).join(', ')}${items.length > 5 ? ', …' : ''}` : ''}.`);
  return EXIT.ok;
}

/** Of all items, or of those with these ids. The items themselves, which may be two million, are kept no longer. */
function sumOf(items: readonly QuarantineItem[], ids: ReadonlySet<string> | undefined): { readonly count: number; readonly bytes: number; readonly ids: readonly string[] } {
  const sums = { count: 0, bytes: 0, ids: [] as string[] };
  for (const { id, sizeBytes } of items) {
    if (ids?.has(id) === false) continue;
    sums.ids.push(id);
    sums.count++;
    sums.bytes += sizeBytes;
  }
  return sums;
}

async function purge(context: CommandContext): Promise<number> {
  const { flags, terminal, signal, engine } = context;
  const target = requireTarget(flags, 'quarantine purge');
  const opened = await engine();
  const ids = await idsOf(context);
  const all = flags.isSet('all');
  const { count, bytes, ids: found } = sumOf(await opened.quarantineList(target, signal), all ? undefined : new Set(ids));
  const isAsked = count > 0 && !flags.isSet('yes');
  if (isAsked && !(await terminal.confirm(`Delete ${plural(count, 'quarantined file')} (${formatBytes(bytes)}) for good?`, signal))) {
    terminal.say('Nothing was done.');
    return EXIT.ok;
  }
  // What has come to the quarantine since then was not asked about.
  const items = await opened.quarantinePurge({ ...target, ...(isAsked && all ? { ids: found, all: false } : { ids, all }) }, signal);
  if (terminal.isJson) for (const item of items) terminal.json({ type: 'purged', ...item });
  else terminal.result(`${plural(items.length, 'file')} (${formatBytes(bytes)}) deleted.`);
  return EXIT.ok;
}

export const quarantineCommand: Command = {
  name: 'quarantine',
  isMakingRoom: true,
  summary: 'what was set aside: list, put back, delete (ls, restore, purge)',
  usage: '(ls | restore ID… | purge ID…) (--config FILE | --cache DIR) [--all | --job ID] [--json]',
  words: Infinity,
  flags: [CONFIG_FLAG, CACHE_FLAG, KIND_FLAG, { name: 'all', help: 'everything in quarantine' }, { name: 'ids-from', value: 'FILE', help: 'ids from a file, one a line; - for stdin' }, { name: 'job', value: 'ID', help: 'when restoring: what this job set aside' }, { name: 'replace', help: 'when restoring: set aside the file that has the name now' }, YES_FLAG, JSON_FLAG],
  examples: [
    { text: 'larder quarantine ls --config configs/config.yaml', does: 'ids, files, reasons' },
    { text: 'larder quarantine restore 20261122T031500-1a2b3c4d --config configs/config.yaml', does: 'put one file back, byte for byte' },
    { text: 'larder quarantine restore --job 261122-031500-1a2b3c4d --replace --config configs/config.yaml', does: 'undo what a fix or a clear set aside' },
    { text: 'larder quarantine purge --all --yes --config configs/config.yaml', does: 'regain the space' },
  ],
  async run(context) {
    switch (context.positionals[0]) {
      case 'ls':
      case 'list':
        return await listQuarantine(context);
      case 'restore':
        return await restore(context);
      case 'purge':
        return await purge(context);
      default:
        throw new LarderError('ARGUMENT_INVALID', '`larder quarantine` takes ls, restore or purge.', { hint: 'See `larder quarantine --help`.' });
    }
  },
};
