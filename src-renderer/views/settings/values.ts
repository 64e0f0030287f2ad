import type { SettingName, Settings } from '../../../src-main/contract/settings.ts';
import { SETTING_BOUNDS } from '../../../src-main/contract/settings.ts';
import { shellWord } from '../../lib/format.ts';

const GB = 1e9;
const WORDS: Readonly<Record<SettingName, string>> = { endpoint: 'endpoint', proxy: 'proxy', caFile: 'ca-file', hfHome: 'hf-home', workers: 'workers', memoryBytes: 'memory', previewBytes: 'previews', theme: 'theme', ignoreGpuBlocklist: 'ignore-gpu-blocklist' };

/** As a field shows it; sizes in GB. */
export function fieldText(name: SettingName, value: Settings[SettingName]): string {
  if (value === null) return '';
  return name === 'memoryBytes' || name === 'previewBytes' ? String(Number((Number(value) / GB).toFixed(3))) : String(value);
}

/** What the engine is asked for; an empty field is the default. Undefined where it is no number. */
export function parseField(name: SettingName, text: string, otherwise: Settings): Partial<Settings> | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return { [name]: otherwise[name] };
  if (name === 'endpoint' || name === 'proxy' || name === 'caFile' || name === 'hfHome' || name === 'theme') return { [name]: trimmed };
  const number = Number(trimmed.replace(',', '.'));
  if (!Number.isFinite(number) || number <= 0) return undefined;
  return { [name]: name === 'workers' ? number : Math.round(number * GB) };
}

/** What is wrong with a number while it is typed, or null; of other fields the engine says it. */
export function fieldProblem(name: SettingName, text: string): string | null {
  if (name !== 'workers' || text === '') return null;
  const [least, most] = SETTING_BOUNDS.workers;
  const number = Number(text);
  return Number.isInteger(number) && number >= least && number <= most ? null : `A whole number from ${least} to ${most.toLocaleString('en-US')}.`;
}

/** The same on the command line. */
export function settingCommand(name: SettingName, text: string): string {
  const trimmed = text.trim();
  if (trimmed === '') return `larder settings reset ${WORDS[name]}`;
  return `larder settings set ${WORDS[name]} ${shellWord(name === 'memoryBytes' || name === 'previewBytes' ? `${trimmed.replace(',', '.')}GB` : trimmed)}`;
}
