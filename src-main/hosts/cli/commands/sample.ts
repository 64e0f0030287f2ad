import { EXIT } from '../../../contract/errors.ts';
import { LarderError } from '../../../base/index.ts';
import type { Command } from '../command.ts';
import { CACHE_FLAG, JSON_FLAG } from '../command.ts';
import { formatCount } from '../format.ts';

export const sampleCommand: Command = {
  name: 'sample',
  summary: 'the sample dataset of the app: damage one entry on purpose, to learn with (damage)',
  usage: 'damage [--cache DIR] [--json]',
  about: 'Flips one bit in a sound entry of the sample cache, which *Try the sample dataset* in the app makes: name, size and time of the file stay, as when a disk fails. `larder verify` finds it, `larder fix` repairs it. Every other cache is refused.',
  words: 1,
  flags: [{ ...CACHE_FLAG, help: 'the sample cache, where there is more than one' }, JSON_FLAG],
  examples: [{ text: 'larder sample damage', does: 'then `larder verify` finds which entry it was' }],
  async run({ flags, positionals, terminal, signal, engine }) {
    if (positionals[0] !== 'damage') throw new LarderError('ARGUMENT_INVALID', '`larder sample` takes damage.', { hint: 'See `larder sample --help`.' });
    const cache = flags.text('cache');
    const damaged = await (await engine()).damageSample(cache === undefined ? {} : { cache }, signal);
    if (terminal.isJson) terminal.json({ type: 'damaged', ...damaged });
    else terminal.result(`One bit of ${damaged.file} (${damaged.name ?? damaged.key}) is another now, in byte ${formatCount(damaged.byte)}. Find it: \`larder verify --cache ${damaged.directory}\`.`);
    return EXIT.ok;
  },
};
