import { CST, Lexer } from 'yaml';

/**
 * Offset of the first tab that PyYAML would stumble over: it takes tabs only inside quotes, block
 * scalars and comments (`Scanner.scan_to_next_token`), even at the end of a line.
 */
export function findStrayTab(text: string): number | undefined {
  if (!text.includes('\t')) return undefined;
  let offset = 0;
  let isBlockScalar = false;
  let isScalar = false;
  for (const source of new Lexer().lex(text)) {
    const type = CST.tokenType(source);
    if (isScalar || !MARKERS.has(source)) {
      const isPlain = isScalar && !isBlockScalar;
      const tab = isPlain || (!isScalar && type === 'space') ? source.indexOf('\t') : -1;
      if (tab !== -1) return offset + tab;
      offset += source.length;
    }
    if (isScalar) isBlockScalar = false;
    else if (type === 'block-scalar-header') isBlockScalar = true;
    isScalar = !isScalar && source === CST.SCALAR;
  }
  return undefined;
}

/** Tokens the lexer adds, which stand for no character of the text. */
const MARKERS = new Set<string>([CST.DOCUMENT, CST.FLOW_END, CST.SCALAR]);
