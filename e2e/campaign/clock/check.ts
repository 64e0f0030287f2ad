import { bytesSource, verifyTorchFile } from '../../../src-main/formats/torch/index.ts';

/** What the records of its tensors hold, whatever the entry is called; undefined for a file that is not whole. */
export function tensorsOf(bytes: Buffer): string | undefined {
  const { ok, records } = verifyTorchFile(bytesSource(bytes), { level: 'deep' });
  return ok ? records.filter(({ name }) => /(^|\/)data\/\d+$/.test(name)).map(({ size, crc }) => `${size} ${crc}`).join(', ') : undefined;
}

/**
 * What is wrong with the entries, by file: each must hold the numbers of its own item, and of no other.
 *
 * @param wanted content by file, as it is made under a plain name
 */
export function contentViolations(entries: ReadonlyMap<string, Buffer>, wanted: ReadonlyMap<string, string>, nameOf: (file: string) => string): string[] {
  const violations: string[] = [];
  for (const [file, content] of wanted) {
    const bytes = entries.get(file);
    const found = bytes === undefined ? 'no file' : tensorsOf(bytes);
    if (found === content) continue;
    const other = [...wanted].find(([, theirs]) => theirs === found)?.[0];
    violations.push(`${nameOf(file)}: ${bytes === undefined ? 'is lost' : found === undefined ? 'is not whole' : other === undefined ? 'has a content of nobody' : `has the content of ${nameOf(other)}`}`);
  }
  for (const file of entries.keys()) if (!wanted.has(file)) violations.push(`${file} belongs to nobody`);
  return violations;
}

/**
 * What a check had to say about entries whose bytes were changed, their size and time being as they were.
 *
 * @param reported files it called damaged
 */
export function unchangedViolations(damaged: ReadonlySet<string>, reported: ReadonlySet<string>): string[] {
  return [
    ...[...damaged].filter((file) => !reported.has(file)).map((file) => `${file} was changed and is called unchanged`),
    ...[...reported].filter((file) => !damaged.has(file)).map((file) => `${file} is as it was and is called damaged`),
  ];
}

/** How much of a long name must be told: a line of a terminal does not hold all of it. */
const TOLD_LETTERS = 40;

/** What is wrong with an answer about a name that no file system takes: it is to be told, not left out. */
export function tooLongViolations(said: string, name: string): string[] {
  return said.includes(name.slice(0, TOLD_LETTERS)) ? [] : [`${name.slice(0, 12)}… of ${name.length} characters was left out without a word`];
}
