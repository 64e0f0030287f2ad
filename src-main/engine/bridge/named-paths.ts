/** Every field of an input that is a path of this machine, whatever the method. */
export const PATH_FIELDS: ReadonlySet<string> = new Set(['path', 'directory', 'cacheDir', 'corpusDir', 'fontsDir', 'caFile', 'hfHome']);

/** The paths of this machine that an input names. */
export function* namedPaths(input: unknown): Generator<string> {
  if (typeof input !== 'object' || input === null) return;
  for (const [name, value] of Object.entries(input)) {
    if (typeof value === 'string' && PATH_FIELDS.has(name)) yield value;
    else yield* namedPaths(value);
  }
}
