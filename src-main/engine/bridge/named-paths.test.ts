import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { METHOD_SCHEMAS } from './method-schemas.ts';
import { PATH_FIELDS, namedPaths } from './named-paths.ts';

/** Texts of inputs that name nothing on this machine: whoever adds a field decides here, or among the paths. */
const HARMLESS = new Set(['text', 'sort', 'key', 'severities', 'states', 'split', 'level', 'format', 'jobId', 'name', 'fontPrefix', 'indexPrefix', 'fontsPerLine', 'index', 'splits', 'configId', 'planId', 'kind', 'head', 'files', 'endpoint', 'proxy', 'theme', 'token', 'only', 'ids', 'codes']);

interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
}

function isText({ type, anyOf = [], items }: Schema): boolean {
  // Without a type: of a form that JSON Schema cannot say.
  return type === 'string' || (type === undefined && anyOf.length === 0) || anyOf.some(isText) || (items !== undefined && isText(items));
}

function* textFields({ properties = {}, anyOf = [], items }: Schema): Generator<string> {
  for (const [name, field] of Object.entries(properties)) {
    if (isText(field)) yield name;
    yield* textFields(field);
  }
  for (const schema of anyOf) yield* textFields(schema);
  if (items !== undefined) yield* textFields(items);
}

describe('paths in inputs', () => {
  it('are all known by the names of their fields', () => {
    const fields = new Set(Object.values(METHOD_SCHEMAS).flatMap((schema) => Array.from(textFields(z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Schema))));
    expect(Array.from(fields).filter((name) => !PATH_FIELDS.has(name) && !HARMLESS.has(name))).toEqual([]);
    expect(Array.from(PATH_FIELDS).filter((name) => !fields.has(name)), 'no field is listed that does not exist').toEqual([]);
  });

  it('are found at every depth, and nothing else is', () => {
    expect(Array.from(namedPaths({ path: '/a', name: '/no', nested: [{ corpusDir: 'b' }], caFile: null, directory: 7 }))).toEqual(['/a', 'b']);
    for (const input of [null, undefined, 'path', 7, []]) expect(Array.from(namedPaths(input))).toEqual([]);
  });
});
