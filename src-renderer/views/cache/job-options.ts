/** The same limits as the engine's. */
export const NUMBER_MOST = { limit: 100_000_000, numWorkers: 1024, batchSize: 100_000 } as const;
const FLAGS = { limit: 'limit', numWorkers: 'num-workers', batchSize: 'batch-size' } as const;

export type NumberName = keyof typeof NUMBER_MOST;
/** As they were typed; empty is the engine's own choice. */
export type NumberTexts = Partial<Readonly<Record<NumberName, string>>>;

const NAMES = Object.keys(NUMBER_MOST) as readonly NumberName[];

function numberOf(name: NumberName, text: string | undefined): number | undefined {
  const trimmed = text?.trim() ?? '';
  const value = Number(trimmed);
  return /^\d+$/.test(trimmed) && value >= 1 && value <= NUMBER_MOST[name] ? value : undefined;
}

/** What is wrong with a number that was typed, or null. */
export function numberProblem(name: NumberName, text: string): string | null {
  return text.trim() === '' || numberOf(name, text) !== undefined ? null : `A whole number from 1 to ${NUMBER_MOST[name].toLocaleString('en-US')}.`;
}

export function areNumbers(texts: NumberTexts): boolean {
  return NAMES.every((name) => numberProblem(name, texts[name] ?? '') === null);
}

/** What the engine is asked for. */
export function numbersOf(texts: NumberTexts): Partial<Readonly<Record<NumberName, number>>> {
  return Object.fromEntries(NAMES.flatMap((name) => (numberOf(name, texts[name]) === undefined ? [] : [[name, numberOf(name, texts[name])]])));
}

/** The same on the command line, with a space before each flag. */
export function numberFlags(texts: NumberTexts): string {
  return NAMES.flatMap((name) => (numberOf(name, texts[name]) === undefined ? [] : [` --${FLAGS[name]} ${numberOf(name, texts[name])}`])).join('');
}
