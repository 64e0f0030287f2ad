import type { z } from 'zod';
import { METHOD_SCHEMAS } from '../../../src-main/engine/bridge/method-schemas.ts';
import type { MethodName } from '../../../src-main/contract/methods.ts';
import type { Draw } from '../draw.ts';

export interface KnownCache {
  readonly id: number;
  readonly directory: string;
  readonly keys: readonly string[];
  /** Of what lies in its quarantine. */
  readonly quarantined: readonly string[];
}

/** What there really is behind the door: ids, keys and paths that methods take. */
export interface Real {
  readonly caches: readonly KnownCache[];
  readonly jobIds: readonly string[];
  readonly configIds: readonly string[];
  /** Of configs, folders and files. */
  readonly paths: readonly string[];
  readonly names: readonly string[];
}

/** The parts of a schema's definition that say what it takes. */
interface Definition {
  readonly type: string;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
  readonly options?: readonly z.core.$ZodType[];
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly entries?: Readonly<Record<string, string>>;
  readonly values?: readonly unknown[];
}

const definitionOf = (schema: z.core.$ZodType): Definition => schema._zod.def as unknown as Definition;

/** Optional fields that are left out more often than not: an input with all of them asks for very little. */
const LEFT_OUT = 0.75;

const NOTHING: KnownCache = { id: 1, directory: '/nothing', keys: [], quarantined: [] };

const or = <T>(values: readonly T[], otherwise: T, draw: Draw): T => (values.length === 0 ? otherwise : draw.oneOf(values));

/** Fields whose values are names of something real. */
function realValue(field: string, cache: KnownCache, real: Real, draw: Draw): unknown {
  switch (field) {
    case 'cacheId':
      return cache.id;
    case 'key':
    case 'only':
      return or(cache.keys, 'a'.repeat(32), draw);
    case 'ids':
      return or(cache.quarantined, 'nothing', draw);
    case 'jobId':
      return or(real.jobIds, 'nothing', draw);
    case 'configId':
      return or(real.configIds, 'nothing', draw);
    case 'planId':
      return `plan-${draw.below(1e6)}`;
    case 'directory':
      return cache.directory;
    case 'name':
      return draw.oneOf(real.names);
    case 'text':
      return '';
    case 'head':
      return Buffer.from(draw.bytes(400)).toString('base64');
    case 'split':
      return 'train';
    default:
      return /^path$|Dir$|File$/.test(field) ? draw.oneOf(real.paths) : undefined;
  }
}

function drawValid(schema: z.core.$ZodType, field: string, cache: KnownCache, real: Real, draw: Draw): unknown {
  const { type, shape, options, innerType, element, entries, values } = definitionOf(schema);
  const inner = (one: z.core.$ZodType): unknown => drawValid(one, field, cache, real, draw);
  switch (type) {
    case 'object':
      return Object.fromEntries(
        Object.entries(shape!)
          .filter(([, value]) => definitionOf(value).type !== 'optional' || !draw.chance(LEFT_OUT))
          .map(([name, value]) => [name, drawValid(value, name, cache, real, draw)]),
      );
    case 'union':
      return inner(draw.oneOf(options!));
    case 'optional':
      return inner(innerType!);
    case 'nullable':
      return draw.chance(0.5) ? null : inner(innerType!);
    case 'array':
      return [inner(element!)];
    case 'enum':
      return draw.oneOf(Object.values(entries!));
    case 'literal':
      return values![0];
    case 'boolean':
      return draw.chance(0.5);
    case 'custom':
      return 'crc-mismatch';
    case 'number':
      return realValue(field, cache, real, draw) ?? 1 + draw.below(50);
    default:
      return realValue(field, cache, real, draw) ?? 'x';
  }
}

/** An input a method takes, with ids, keys and paths there are; as its own schema says it. */
export function validInput(method: MethodName, real: Real, draw: Draw): unknown {
  return drawValid(METHOD_SCHEMAS[method], method, or(real.caches, NOTHING, draw), real, draw);
}
