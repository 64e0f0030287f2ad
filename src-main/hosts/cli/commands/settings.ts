import { EXIT } from '../../../contract/errors.ts';
import type { SettingName, Settings, SettingsAnswer } from '../../../contract/settings.ts';
import { DEFAULT_SETTINGS, SETTING_BOUNDS, THEMES } from '../../../contract/settings.ts';
import { LarderError } from '../../../base/index.ts';
import type { Command } from '../command.ts';
import { JSON_FLAG } from '../command.ts';
import { formatBytes, formatTable } from '../format.ts';

/** Names on the command line, and what each is. */
const NAMES: Readonly<Record<string, SettingName>> = { endpoint: 'endpoint', proxy: 'proxy', 'ca-file': 'caFile', 'hf-home': 'hfHome', workers: 'workers', memory: 'memoryBytes', previews: 'previewBytes', theme: 'theme', 'ignore-gpu-blocklist': 'ignoreGpuBlocklist' };
const UNITS: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9, tb: 1e12 };

function nameOf(word: string | undefined): SettingName {
  const name = word === undefined || !Object.hasOwn(NAMES, word) ? undefined : NAMES[word];
  if (name === undefined) throw new LarderError('ARGUMENT_INVALID', word === undefined ? 'No setting was named.' : `There is no setting "${word}".`, { hint: `There are ${Object.keys(NAMES).join(', ')}.` });
  return name;
}

/** `8GB`, `500 MB`, `8000000000`. */
function sizeOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgt]?b)?$/i.exec(text.trim());
  if (match === null) throw new LarderError('ARGUMENT_INVALID', `"${text}" is no size.`, { hint: 'Write it as 8GB or 500MB.' });
  return Math.round(Number(match[1]) * UNITS[(match[2] ?? 'b').toLowerCase()]!);
}

function changeOf(name: SettingName, text: string | undefined): Partial<Settings> {
  if (text === undefined) throw new LarderError('ARGUMENT_INVALID', 'No value was given.', { hint: 'Write `larder settings set NAME VALUE`; `larder settings reset NAME` goes back to the default.' });
  if (name === 'memoryBytes' || name === 'previewBytes') return { [name]: bounded(name, sizeOf(text), text, formatBytes) };
  if (name === 'workers') return { [name]: bounded(name, /^\d+$/.test(text) ? Number(text) : Number.NaN, text, String) };
  if (name === 'ignoreGpuBlocklist') return { [name]: isOn(text) };
  const theme = THEMES.find((one) => one === text);
  if (name === 'theme' && theme === undefined) throw new LarderError('ARGUMENT_INVALID', `There is no theme "${text}".`, { hint: `There are ${THEMES.join(', ')}.` });
  // An address or a path that is of no use is refused by the engine, in its own words.
  return { [name]: text };
}

function bounded(name: keyof typeof SETTING_BOUNDS, value: number, text: string, format: (value: number) => string): number {
  const [least, most] = SETTING_BOUNDS[name];
  if (value >= least && value <= most) return value;
  throw new LarderError('ARGUMENT_INVALID', `"${text}" is too small, too large or no number.`, { hint: `It takes ${format(least)} to ${format(most)}.` });
}

function isOn(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new LarderError('ARGUMENT_INVALID', `"${text}" is neither on nor off.`, { hint: 'Write `on` or `off`.' });
  return text === 'on';
}

function rows({ settings, inForce, token, dataDirectory }: SettingsAnswer): string[][] {
  const row = (name: string, own: string | null, counts: string, from: string): string[] => [name, own ?? '–', counts, from];
  const size = (bytes: number | null): string | null => (bytes === null ? null : formatBytes(bytes));
  return [
    ...(['endpoint', 'proxy', 'caFile', 'hfHome'] as const).map((name) => row(Object.keys(NAMES).find((word) => NAMES[word] === name)!, settings[name], inForce[name].value ?? 'none', inForce[name].from)),
    row('workers', settings.workers?.toString() ?? null, settings.workers?.toString() ?? 'one per core', settings.workers === null ? 'default' : 'settings'),
    row('memory', size(settings.memoryBytes), size(settings.memoryBytes) ?? '80 % of what is available', settings.memoryBytes === null ? 'default' : 'settings'),
    row('previews', size(settings.previewBytes), size(settings.previewBytes)!, settings.previewBytes === DEFAULT_SETTINGS.previewBytes ? 'default' : 'settings'),
    row('theme', settings.theme, settings.theme, settings.theme === DEFAULT_SETTINGS.theme ? 'default' : 'settings'),
    row('ignore-gpu-blocklist', settings.ignoreGpuBlocklist ? 'on' : 'off', settings.ignoreGpuBlocklist ? 'on' : 'off', settings.ignoreGpuBlocklist ? 'settings' : 'default'),
    row('token', null, token.from === null ? 'none' : 'set', token.from ?? '–'),
    row('data folder', null, dataDirectory, 'LARDER_DATA_DIR, else by the system'),
  ];
}

export const settingsCommand: Command = {
  name: 'settings',
  summary: 'what counts for all caches: show, set, reset (ls, set, reset)',
  usage: '[ls | set NAME VALUE | reset NAME] [--json]',
  about: `Settings are asked last: a flag of the command goes first, then the config, then the environment. There are ${Object.keys(NAMES).join(', ')}. The token is not kept here: set HF_TOKEN, or sign in with \`hf auth login\`.`,
  words: 3,
  flags: [JSON_FLAG],
  examples: [
    { text: 'larder settings', does: 'what is set, what counts, and who says so' },
    { text: 'larder settings set proxy http://proxy.example.com:3128', does: 'reach the Hub through a proxy' },
    { text: 'larder settings set memory 16GB', does: 'let all workers together take at most that' },
    { text: 'larder settings reset workers', does: 'back to one worker per core' },
  ],
  async run({ positionals, terminal, engine }) {
    const opened = await engine();
    const [verb = 'ls', word, value] = positionals;
    const answer = await (async (): Promise<SettingsAnswer> => {
      switch (verb) {
        case 'ls':
        case 'list':
          return await opened.settings();
        case 'set':
          return await opened.changeSettings(changeOf(nameOf(word), value));
        case 'reset': {
          const name = nameOf(word);
          return await opened.changeSettings({ [name]: DEFAULT_SETTINGS[name] });
        }
        default:
          throw new LarderError('ARGUMENT_INVALID', '`larder settings` takes ls, set or reset.', { hint: 'See `larder settings --help`.' });
      }
    })();
    if (terminal.isJson) terminal.json({ type: 'settings', ...answer });
    else for (const line of formatTable(['setting', 'set to', 'counts', 'from'], rows(answer))) terminal.result(line);
    if (answer.problem !== null) terminal.say(answer.problem);
    return EXIT.ok;
  },
};
