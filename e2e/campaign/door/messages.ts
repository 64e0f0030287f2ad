import { METHOD_SCHEMAS, isMethodName } from '../../../src-main/engine/bridge/method-schemas.ts';
import type { Draw } from '../draw.ts';
import { NOT_HERE } from './each-method.ts';
import { validInput } from './valid.ts';
import type { Real } from './valid.ts';

const METHODS = Object.keys(METHOD_SCHEMAS);
const STRANGE_METHODS = ['', 'constructor', '__proto__', 'toString', 'engine.close', 'cache.', 'x'.repeat(101), 'cache.items\0'];
const HOSTILE: readonly unknown[] = [null, true, 0, -1, 1, 2, 1e9, 1.5, Number.MAX_SAFE_INTEGER, '', 'x', '../..', '../../etc/passwd', '/', '/etc', '/etc/passwd', '\0', 'x'.repeat(5000), "' OR 1=1 --", '%', '_', '*', '[', '\ud800', '\u202e', [], {}, [[]], ['x'], [null], { length: 1e9 }, { __proto__: null }, [1, 2, 3], 'a'.repeat(32), '1'];
const FIELDS = ['cacheId', 'key', 'only', 'ids', 'text', 'path', 'name', 'offset', 'limit', 'states', 'sort', 'after', 'codes', 'level', 'jobId', 'configId', 'planId', 'extra', '__proto__'];

interface WithFields {
  readonly shape?: object;
  readonly options?: readonly WithFields[];
}

/** Fields of a method's input, as its schema has them, or one form of it. */
function fieldsOf(method: string): readonly string[] {
  const schema = (METHOD_SCHEMAS as Readonly<Record<string, WithFields | undefined>>)[method];
  return [schema, ...(schema?.options ?? [])].flatMap((one) => Object.keys(one?.shape ?? {}));
}

function drawValue(field: string, draw: Draw, real: Real): unknown {
  if (draw.chance(0.3)) return draw.oneOf(HOSTILE);
  switch (field) {
    case 'cacheId':
      return draw.oneOf([...real.caches.map(({ id }) => id), 99]);
    case 'key':
      return draw.oneOf(keysOf(real));
    case 'only':
    case 'ids':
      return [draw.oneOf([...keysOf(real), ...real.caches.flatMap(({ quarantined }) => quarantined)])];
    case 'jobId':
    case 'configId':
      return draw.oneOf([...real.jobIds, ...real.configIds, 'x']);
    case 'path':
    case 'directory':
      return draw.oneOf([...real.paths, '/nothing']);
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

const keysOf = ({ caches }: Real): readonly string[] => caches.flatMap(({ keys }) => keys);

/** They start work of seconds, or take away what the others work on: asked with all they need now and then. */
const HEAVY = /^(cache\.(generate|verify|fix|clear|forget)|config\.(generate|plan|draft|choose)|storage\.clear|quarantine\.purge|jobs\.(resume|retryFailed)|sample\.damage|settings\.change)/;
const HEAVY_VALID = 0.03;
const LIGHT_VALID = 0.5;

/** One frame of the socket: a call with an input near what its method takes, or something else. */
export function drawMessage(draw: Draw, id: number, real: Real): { readonly frame: string; readonly method: string } {
  const method = draw.chance(0.06) ? draw.oneOf(STRANGE_METHODS) : draw.oneOf(METHODS);
  if (isMethodName(method) && NOT_HERE[method] === undefined && draw.chance(HEAVY.test(method) ? HEAVY_VALID : LIGHT_VALID)) return { frame: JSON.stringify({ type: 'call', id, method, input: validInput(method, real, draw) }), method };
  const extra = draw.chance(0.1) ? [draw.oneOf(FIELDS)] : [];
  const entries = [...fieldsOf(method).filter(() => draw.chance(0.8)), ...extra].map((field) => [field, drawValue(field, draw, real)] as const);
  const input: unknown = draw.chance(0.05) ? draw.oneOf(HOSTILE) : Object.fromEntries(entries);
  return { frame: JSON.stringify({ type: 'call', id, method, input }), method };
}

const BROKEN = ['{', '', 'null', '[]', '{"type":"call"}', '{"type":"call","id":-1,"method":"app.info","input":{}}', '{"type":"call","id":1e99,"method":"app.info","input":{}}', '{"type":"subscribe","x":1}', '{"type":"x"}', `{"type":"call","id":1,"method":"app.info","input":${'['.repeat(5000)}${']'.repeat(5000)}}`];

export function drawBrokenFrame(draw: Draw): string | Buffer {
  return draw.chance(0.2) ? Buffer.from(draw.bytes(50)) : draw.oneOf(BROKEN);
}
