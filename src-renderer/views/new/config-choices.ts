import type { ConfigChoices } from '../../../src-main/contract/methods-config.ts';
import type { RawFileChoice } from '../../kinds/volume/raw-file-choice.ts';
import { NO_RAW_FILE_CHOICE, rawFileFlags } from '../../kinds/volume/raw-file-choice.ts';
import { shellWord } from '../../lib/format.ts';

/** What the form holds, as it was typed; empty is the engine's own choice. */
export interface Choices extends RawFileChoice {
  readonly limit: string;
  readonly batchSize: string;
  readonly numWorkers: string;
  /** Also what is there; images of text only. */
  readonly remake: boolean;
}

export const NO_CHOICES: Choices = { limit: '', batchSize: '', numWorkers: '', ...NO_RAW_FILE_CHOICE, remake: false };

const NUMBERS = ['limit', 'batchSize', 'numWorkers'] as const;
type NumberChoice = (typeof NUMBERS)[number];
/** The same limits as the engine's. */
const MOST: Readonly<Record<NumberChoice, number>> = { limit: 100_000_000, batchSize: 100_000, numWorkers: 1024 };

/** Undefined for nothing or for what is no whole number within the limits. */
function numberOf(choices: Choices, name: NumberChoice): number | undefined {
  const text = choices[name].trim();
  const value = Number(text);
  return /^\d+$/.test(text) && value >= 1 && value <= MOST[name] ? value : undefined;
}

/** What is wrong with a number that was typed, or null. */
export function choiceProblem(choices: Choices, name: NumberChoice): string | null {
  return choices[name].trim() === '' || numberOf(choices, name) !== undefined ? null : `A whole number from 1 to ${MOST[name].toLocaleString('en-US')}.`;
}

export function isReady(choices: Choices): boolean {
  return NUMBERS.every((name) => choiceProblem(choices, name) === null);
}

/** What a plan depends on. */
export function planChoices(choices: Choices): Omit<ConfigChoices, 'configId'> {
  return { ...Object.fromEntries(NUMBERS.flatMap((name) => (numberOf(choices, name) === undefined ? [] : [[name, numberOf(choices, name)]]))), ...(choices.remake ? { remake: true } : {}) };
}

function flags(choices: Choices): string {
  const words = { limit: 'limit', batchSize: 'batch-size', numWorkers: 'num-workers' } as const;
  return NUMBERS.flatMap((name) => (numberOf(choices, name) === undefined ? [] : [` --${words[name]} ${numberOf(choices, name)}`])).join('');
}

/** The verb of images of text, which alone can draw again what is there. */
function drawAgainCommand(path: string, choices: Choices): string {
  return `larder pregenerate --config ${shellWord(path)}${flags({ ...choices, batchSize: '' })} --re-render`;
}

export function planCommand(path: string, choices: Choices): string {
  if (choices.remake) return `${drawAgainCommand(path, choices)} --dry-run`;
  return `larder plan --config ${shellWord(path)}${flags(choices)}`;
}

export function generateCommand(path: string, choices: Choices): string {
  if (choices.remake) return drawAgainCommand(path, choices);
  return `larder generate --config ${shellWord(path)}${flags(choices)}${rawFileFlags(choices)} --yes`;
}
