/** Characters that nobody sees but the key does, and the training model may. */
const HIDDEN: readonly (readonly [RegExp, one: string, several: string])[] = [
  [/\u200b/g, 'zero-width space', 'zero-width spaces'],
  [/\u200c/g, 'zero-width non-joiner', 'zero-width non-joiners'],
  [/\u200d/g, 'zero-width joiner', 'zero-width joiners'],
  [/\ufeff/g, 'byte order mark', 'byte order marks'],
  [/\p{Cc}/gu, 'control character', 'control characters'],
];

/** `2 zero-width spaces`, for every sort the text has. */
export function hiddenCharacters(text: string): string[] {
  return HIDDEN.flatMap(([pattern, one, several]) => {
    const count = text.match(pattern)?.length ?? 0;
    return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
  });
}
