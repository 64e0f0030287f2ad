import { EXIT } from '../../../contract/errors.ts';
import { LarderError } from '../../../base/index.ts';
import type { CommandContext } from '../command.ts';
import { formatBytes, plural } from '../format.ts';

/** Only for entries of a cache. */
const OTHER_FLAGS = ['config', 'cache', 'kind', 'name', 'split', 'older', 'only-from'] as const;

/** `larder clear --previews`: copies made for viewing; each is made again when its entry is looked at. */
export async function clearPreviews({ flags, terminal, signal, engine }: CommandContext): Promise<number> {
  const other = OTHER_FLAGS.find((name) => flags.text(name) !== undefined) ?? (['state', 'only'] as const).find((name) => flags.list(name) !== undefined);
  if (other !== undefined) throw new LarderError('ARGUMENT_INVALID', `--previews and --${other} exclude each other: previews are of all caches.`, { hint: 'Give --previews alone, with --yes where nobody can be asked.' });
  const opened = await engine();
  const kept = (await opened.ownDiskUsage(signal)).parts.find(({ part }) => part === 'previews');
  if (!terminal.isJson) terminal.say(`Would remove ${plural(kept?.files ?? 0, 'preview')} (${formatBytes(kept?.sizeBytes ?? 0)}); no cache is touched.`);
  if (kept !== undefined && !flags.isSet('yes') && !(await terminal.confirm('Remove them?', signal))) {
    terminal.say('Nothing was done.');
    return EXIT.ok;
  }
  const { files, bytes } = await opened.clearPreviews();
  if (terminal.isJson) terminal.json({ type: 'result', files, bytes });
  else terminal.result(`${plural(files, 'preview')} (${formatBytes(bytes)}) removed.`);
  return EXIT.ok;
}
