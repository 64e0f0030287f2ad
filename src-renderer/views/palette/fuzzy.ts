/**
 * How well a text answers what was typed: every letter in order, better at the beginning of a word
 * and in a row. Null where a letter is missing.
 */
export function fuzzyScore(query: string, text: string): number | null {
  const wanted = query.toLowerCase().replaceAll(/\s+/g, '');
  const have = text.toLowerCase();
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = bestNext(have, letter, at);
    if (next === -1) return null;
    score += next === at + 1 ? 3 : startsWord(have, next) ? 2 : 0;
    // A long way to the next letter says that it is there by chance.
    score -= Math.min(2, (next - at - 1) / 10);
    at = next;
  }
  return score - have.length / 1000;
}

/** The very next letter if it is the one, then one that begins a word, then any. */
function bestNext(text: string, letter: string, after: number): number {
  if (text[after + 1] === letter) return after + 1;
  for (let at = text.indexOf(letter, after + 1); at !== -1; at = text.indexOf(letter, at + 1)) if (startsWord(text, at)) return at;
  return text.indexOf(letter, after + 1);
}

function startsWord(text: string, at: number): boolean {
  return at === 0 || /[\s/._:-]/.test(text[at - 1]!);
}

/** What answers, best first; all in their order where nothing was typed. */
export function fuzzyFilter<T>(query: string, items: readonly T[], textOf: (item: T) => string): readonly T[] {
  if (query.trim() === '') return items;
  return items
    .map((item) => ({ item, score: fuzzyScore(query, textOf(item)) }))
    .filter((found): found is { item: T; score: number } => found.score !== null)
    .toSorted((a, b) => b.score - a.score)
    .map(({ item }) => item);
}
