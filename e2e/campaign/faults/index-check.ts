import type { CacheState } from './check.ts';

type Index = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

function isIndex(value: unknown): value is Index {
  return typeof value === 'object' && value !== null && Object.values(value).every((entry) => typeof entry === 'object' && entry !== null);
}

/** Keys of which both files are there. */
function wholeKeys({ entries }: CacheState): string[] {
  return [...entries.keys()].flatMap((file) => /^images\/(.+)\.png$/.exec(file)?.[1] ?? []).filter((key) => entries.has(`metadata/${key}.json`));
}

/**
 * What is wrong with the index of an image cache.
 *
 * @param isOver nothing is under way: it lists what is there, no less and no more
 * @param isTaking entries go and come while it stays as it was
 */
export function indexViolations(state: CacheState, isOver: boolean, isTaking: boolean): string[] {
  if (state.index === undefined) return isOver ? ['there is no index in the end'] : [];
  const index = parsed(state.index);
  if (!isIndex(index)) return ['the index has its final name and is not whole'];
  const there = new Set(wholeKeys(state));
  const tooMuch = isTaking && !isOver ? [] : Object.keys(index).filter((key) => !there.has(key)).map((key) => `the index lists ${key}, which is not there`);
  if (!isOver) return tooMuch;
  const tooLittle = [...there].filter((key) => index[key] === undefined).map((key) => `the index does not list ${key}`);
  const otherText = [...there].filter((key) => index[key] !== undefined && index[key]['text'] !== textOf(state, key)).map((key) => `the index says another text of ${key} than its metadata`);
  return [...tooMuch, ...tooLittle, ...otherText];
}

function textOf({ entries }: CacheState, key: string): unknown {
  return (parsed(entries.get(`metadata/${key}.json`)!) as Record<string, unknown> | undefined)?.['text'];
}
