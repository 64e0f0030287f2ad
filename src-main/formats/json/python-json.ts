/**
 * A value as Python's `json` module reads and writes it. `int` and `float` are different things there
 * (`1` and `1.0` are different text), so they are different types here: an int is a `bigint`, a float is
 * a `number`, NaN and the infinities included. Objects are Maps, because a JavaScript object would
 * reorder keys that look like integers.
 */
export type PythonJson = null | boolean | bigint | number | string | PythonJsonArray | PythonJsonObject;
export type PythonJsonArray = readonly PythonJson[];
export type PythonJsonObject = ReadonlyMap<string, PythonJson>;

export function isPythonJsonObject(value: PythonJson | undefined): value is PythonJsonObject {
  return value instanceof Map;
}

export function isPythonJsonArray(value: PythonJson | undefined): value is PythonJsonArray {
  return Array.isArray(value);
}

/** An object in the order of the given pairs. */
export function pythonObject(entries: Readonly<Record<string, PythonJson>>): PythonJsonObject {
  return new Map(Object.entries(entries));
}

/** Deep equality; the order of keys does not matter, int and float are never equal, NaN equals NaN, 0.0 differs from -0.0. */
export function pythonJsonEquals(a: PythonJson, b: PythonJson): boolean {
  if (isPythonJsonArray(a)) {
    return isPythonJsonArray(b) && a.length === b.length && a.every((item, i) => pythonJsonEquals(item, b[i]!));
  }
  if (isPythonJsonObject(a)) {
    if (!isPythonJsonObject(b) || a.size !== b.size) return false;
    return a.entries().every(([key, item]) => b.has(key) && pythonJsonEquals(item, b.get(key)!));
  }
  return Object.is(a, b);
}
