import type { PregenerateChoices } from '../contract/commands.ts';
import { LarderError } from '../base/index.ts';
import { KINDS } from '../kinds/index.ts';
import { keepConfig } from './config-command.ts';
import type { EngineContext } from './context.ts';

/**
 * Keeps a config that says what these choices say; everything else is then done by it.
 *
 * @returns the path of the config
 * @throws DISK_FULL, PERMISSION_DENIED
 */
export async function keepChoices(context: EngineContext, choices: PregenerateChoices): Promise<string> {
  return await keepConfig(context, textOfChoices(context, choices), 'pregenerate');
}

/** The text of such a config; nothing is written. */
export function textOfChoices(context: EngineContext, choices: PregenerateChoices): string {
  const kind = KINDS.find(({ configText }) => configText !== undefined);
  if (kind?.configText === undefined) throw new LarderError('INTERNAL', 'No kind of cache is made from choices.');
  return kind.configText(choices, context.cwd);
}
