import { normaliseKhmer } from './text-normalise.ts';

/** What Python's `str.strip()` removes; JavaScript's `trim` differs in U+001C-001F, U+0085 and U+FEFF. */
// oxlint-disable-next-line no-control-regex -- control characters are part of Python's set
const PYTHON_SPACE = /^[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+|[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/g;

/** Python's `text.strip()`. */
export function stripLikePython(text: string): string {
  return text.replace(PYTHON_SPACE, '');
}

const TAGS: readonly (readonly [tag: string, text: string])[] = [
  ['<SPACE>', ' '],
  ['<SPACES>', '  '],
  ['<TAB>', '\t'],
  ['<NEWLINE>', '\n'],
  ['<CRLF>', '\r\n'],
];

/** Whitespace the corpus writes as tags. Only for drawing: keys are made of the line with its tags. */
export function restoreWhitespaceTags(text: string): string {
  return TAGS.reduce((current, [tag, replacement]) => current.replaceAll(tag, replacement), text);
}

const LINE_BREAKS = /[\t-\r\u0085\u2028\u2029]+/g;
/** Cc and U+FEFF: fonts draw boxes for them. U+200B to U+200D stay, they direct breaking and shaping. */
const INVISIBLE = /[\p{Cc}\ufeff]/gu;

/**
 * The text a line is drawn as: tags restored, Khmer in order, line breaks and tabs as one space,
 * control characters gone, trimmed. Empty where nothing is left: a blank picture.
 */
export function textToDraw(line: string): string {
  return stripLikePython(normaliseKhmer(restoreWhitespaceTags(line)).replace(LINE_BREAKS, ' ').replace(INVISIBLE, ''));
}
