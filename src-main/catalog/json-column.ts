/** JSON columns hold only what this room wrote; a text that cannot be parsed counts as not known. */
export function fromJson<T>(text: string | null): T | null {
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}

/** `undefined` and `null` become SQL NULL. */
export function toJson(value: unknown): string | null {
  return value == null ? null : JSON.stringify(value);
}
