import { existsSync, readFileSync } from 'node:fs';

/**
 * What is wrong with a list of a cache that was written into a file.
 *
 * @param isOver it must be there
 */
export function listViolations(path: string, keys: readonly string[], isOver: boolean): string[] {
  if (!existsSync(path)) return isOver ? ['there is no list in the end'] : [];
  const text = readFileSync(path, 'utf8');
  try {
    JSON.parse(text);
  } catch {
    return ['the list has its final name and is not whole'];
  }
  return keys.filter((key) => !text.includes(key)).map((key) => `the list does not have ${key}`);
}
