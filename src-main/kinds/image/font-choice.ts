import { hash } from 'node:crypto';

/** Key paths in the order the rule counts in: by UTF-8 bytes, `\` read as `/`. */
export function sortFonts(keyPaths: readonly string[]): readonly string[] {
  const bytes = new Map(keyPaths.map((path) => [path, Buffer.from(path.replaceAll('\\', '/'), 'utf8')]));
  return keyPaths.toSorted((a, b) => Buffer.compare(bytes.get(a)!, bytes.get(b)!));
}

/**
 * The fonts a line is drawn in, the same on every machine: the first eight bytes of md5(text) as an
 * unsigned big-endian number, modulo the number of fonts, are where it starts; the next ones follow,
 * beginning anew at the end. A larger number of fonts per line only adds pairs.
 *
 * The training code draws lots instead (for train on every access; for val and test by Python's
 * `hash`, which differs from process to process), so all its lines hit only with `all`.
 *
 * @param sorted of `sortFonts`, at least one
 * @param fontsPerLine 1 to the number of fonts; more is all
 */
export function chooseFonts(text: string, sorted: readonly string[], fontsPerLine: number | 'all'): readonly string[] {
  const count = fontsPerLine === 'all' ? sorted.length : Math.min(fontsPerLine, sorted.length);
  const start = Number(hash('md5', text, 'buffer').readBigUInt64BE(0) % BigInt(sorted.length));
  return Array.from({ length: count }, (_, i) => sorted[(start + i) % sorted.length]!);
}
