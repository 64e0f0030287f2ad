import { METHOD_SCHEMAS } from '../../../src-main/engine/bridge/method-schemas.ts';
import type { Draw } from '../draw.ts';

const METHODS = Object.keys(METHOD_SCHEMAS);
const STRANGE_METHODS = ['', 'constructor', '__proto__', 'toString', 'engine.close', 'cache.', 'x'.repeat(101), 'cache.items\0'];
const HOSTILE: readonly unknown[] = [null, true, 0, -1, 1, 2, 1e9, 1.5, Number.MAX_SAFE_INTEGER, '', 'x', '../..', '../../etc/passwd', '/', '/etc', '/etc/passwd', '\0', 'x'.repeat(5000), "' OR 1=1 --", '%', '_', '*', '[', '\ud800', '\u202e', [], {}, [[]], ['x'], [null], { length: 1e9 }, { __proto__: null }, [1, 2, 3], 'a'.repeat(32), '1'];
const FIELDS = ['cacheId', 'key', 'only', 'ids', 'text', 'path', 'name', 'offset', 'limit', 'states', 'sort', 'after', 'codes', 'level', 'jobId', 'configId', 'planId', 'extra', '__proto__'];

/** Fields of a method's input, as its schema has them. */
function fieldsOf(method: string): readonly string[] {
  const schema = (METHOD_SCHEMAS as Readonly<Record<string, { readonly shape?: object } | undefined>>)[method];
  return Object.keys(schema?.shape ?? {});
}

function drawValue(field: string, draw: Draw, keys: readonly string[]): unknown {
  if (draw.chance(0.3)) return draw.oneOf(HOSTILE);
  switch (field) {
    case 'cacheId':
      return draw.oneOf([1, 1, 1, 2, 3]);
    case 'key':
      return draw.oneOf(keys);
    case 'only':
    case 'ids':
      return [draw.oneOf(keys)];
    case 'states':
      return [draw.oneOf(['missing', 'cached', 'damaged'])];
    case 'sort':
      return draw.oneOf(['name', 'size', 'state']);
    case 'level':
      return draw.oneOf(['quick', 'deep']);
    case 'offset':
    case 'after':
      return draw.below(10);
    case 'limit':
      return 1 + draw.below(50);
    default:
      return draw.oneOf(HOSTILE);
  }
}

/** One frame of the socket: a call with an input near what its method takes, or something else. */
export function drawMessage(draw: Draw, id: number, keys: readonly string[]): { readonly frame: string; readonly method: string } {
  const method = draw.chance(0.06) ? draw.oneOf(STRANGE_METHODS) : draw.oneOf(METHODS);
  // The sample would download and build for minutes: it is only asked for wrongly.
  const extra = method === 'sample.start' || draw.chance(0.1) ? [draw.oneOf(FIELDS)] : [];
  const entries = [...fieldsOf(method).filter(() => draw.chance(0.8)), ...extra].map((field) => [field, drawValue(field, draw, keys)] as const);
  const input: unknown = draw.chance(0.05) && method !== 'sample.start' ? draw.oneOf(HOSTILE.filter((value) => JSON.stringify(value) !== '{}')) : Object.fromEntries(entries);
  return { frame: JSON.stringify({ type: 'call', id, method, input }), method };
}

const BROKEN = ['{', '', 'null', '[]', '{"type":"call"}', '{"type":"call","id":-1,"method":"app.info","input":{}}', '{"type":"call","id":1e99,"method":"app.info","input":{}}', '{"type":"subscribe","x":1}', '{"type":"x"}', `{"type":"call","id":1,"method":"app.info","input":${'['.repeat(5000)}${']'.repeat(5000)}}`];

export function drawBrokenFrame(draw: Draw): string | Buffer {
  return draw.chance(0.2) ? Buffer.from(draw.bytes(50)) : draw.oneOf(BROKEN);
}
