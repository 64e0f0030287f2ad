import type { ConfigChoices } from '../../../src-main/contract/methods-config.ts';
import { CHOSEN_MAX } from '../../../src-main/contract/methods.ts';
import type { RawFileChoice } from '../../kinds/volume/raw-file-choice.ts';
import { NO_RAW_FILE_CHOICE, rawFileFlags } from '../../kinds/volume/raw-file-choice.ts';
import { commandFor } from '../cache/commands.ts';

/** What the form holds, as it was typed; empty is the engine's own choice. */
export interface Choices extends RawFileChoice {
  readonly limit: string;
  readonly batchSize: string;
  readonly numWorkers: string;
  /** Names or hashes, one a line. */
  readonly only: string;
  /** Also what is there; images of text only. */
  readonly remake: boolean;
}

export const NO_CHOICES: Choices = { limit: '', batchSize: '', numWorkers: '', only: '', ...NO_RAW_FILE_CHOICE, remake: false };

const NUMBERS = ['limit', 'batchSize', 'numWorkers'] as const;
type NumberChoice = (typeof NUMBERS)[number];
/** The same limits as the engine's. */
export const CHOICE_MOST: Readonly<Record<NumberChoice, number>> = { limit: 100_000_000, batchSize: 100_000, numWorkers: 1024 };

/** Undefined for nothing or for what is no whole number within the limits. */
function numberOf(choices: Choices, name: NumberChoice): number | undefined {
  const text = choices[name].trim();
  const value = Number(text);
  return /^\d+$/.test(text) && value >= 1 && value <= CHOICE_MOST[name] ? value : undefined;
}

/** What is wrong with a number that was typed, or null. */
export function choiceProblem(choices: Choices, name: NumberChoice): string | null {
  return choices[name].trim() === '' || numberOf(choices, name) !== undefined ? null : `A whole number from 1 to ${CHOICE_MOST[name].toLocaleString('en-US')}.`;
}

/** The items that were named; none: all of them. */
function namesOf({ only }: Choices): readonly string[] {
  return Array.from(new Set(only.split('\n').map((line) => line.trim()).filter((line) => line !== '')));
}

/** What is wrong with the names that were typed, or null. */
export function namesProblem(choices: Choices): string | null {
  return namesOf(choices).length <= CHOSEN_MAX ? null : `At most ${CHOSEN_MAX.toLocaleString('en-US')} here; \`--only-from\` takes more.`;
}

export function isReady(choices: Choices): boolean {
  return NUMBERS.every((name) => choiceProblem(choices, name) === null) && namesProblem(choices) === null;
}

/** What a plan depends on. */
export function planChoices(choices: Choices): Omit<ConfigChoices, 'configId'> {
  const only = namesOf(choices);
  return { ...Object.fromEntries(NUMBERS.flatMap((name) => (numberOf(choices, name) === undefined ? [] : [[name, numberOf(choices, name)]]))), ...(only.length === 0 ? {} : { only }), ...(choices.remake ? { remake: true } : {}) };
}

function flags(choices: Choices): string {
  const words = { limit: 'limit', batchSize: 'batch-size', numWorkers: 'num-workers' } as const;
  return NUMBERS.flatMap((name) => (numberOf(choices, name) === undefined ? [] : [` --${words[name]} ${numberOf(choices, name)}`])).join('');
}

/** The verb of images of text, which alone can draw again what is there. */
function drawAgainCommand(path: string, choices: Choices, more = ''): string {
  return commandOf('pregenerate', path, choices, `${flags({ ...choices, batchSize: '' })} --re-render${more}`);
}

function commandOf(verb: string, configPath: string, choices: Choices, allFlags: string): string {
  return commandFor(verb, { configPath, directory: '' }, { only: namesOf(choices), flags: allFlags });
}

export function planCommand(path: string, choices: Choices): string {
  if (choices.remake) return drawAgainCommand(path, choices, ' --dry-run');
  return commandOf('plan', path, choices, flags(choices));
}

export function generateCommand(path: string, choices: Choices): string {
  if (choices.remake) return drawAgainCommand(path, choices);
  return commandOf('generate', path, choices, `${flags(choices)}${rawFileFlags(choices)} --yes`);
}
