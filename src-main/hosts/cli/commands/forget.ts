import { EXIT } from '../../../contract/errors.ts';
import type { Command } from '../command.ts';
import { CACHE_FLAG, CONFIG_FLAG, JSON_FLAG } from '../command.ts';
import { requireTarget } from './verify.ts';

export const forgetCommand: Command = {
  name: 'forget',
  summary: 'take a cache out of the library; nothing on disk is touched',
  usage: '(--config FILE | --cache DIR) [--undo] [--json]',
  about: 'For a cache that was moved or is no longer of interest. Its files stay as they are and its history is kept: any command that opens the cache brings it back into the library.',
  flags: [CONFIG_FLAG, CACHE_FLAG, { name: 'undo', help: 'back into the library, also where the folder is gone' }, JSON_FLAG],
  examples: [
    { text: 'larder forget --cache cache/71a83277d45c9b21d998437693007477', does: 'no longer show it' },
    { text: 'larder forget --cache cache/71a83277d45c9b21d998437693007477 --undo', does: 'show it again' },
  ],
  async run({ flags, terminal, engine }) {
    const opened = await engine();
    const target = requireTarget(flags, 'forget');
    const isUndone = flags.isSet('undo');
    const directory = isUndone ? await opened.recall(target) : await opened.forget(target);
    if (terminal.isJson) terminal.json({ type: isUndone ? 'recalled' : 'forgotten', directory });
    else terminal.result(isUndone ? `${directory} is in the library again.` : `${directory} is out of the library; nothing in it was touched.`);
    return EXIT.ok;
  },
};
