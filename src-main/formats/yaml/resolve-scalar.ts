import type { YamlScalarValue } from './yaml-node.ts';

/**
 * Implicit types of YAML 1.1 as PyYAML's SafeLoader has them (`lib/yaml/resolver.py` and
 * `constructor.py`, 6.0). They differ from the YAML 1.1 types page and much more from YAML 1.2.
 */
const BOOL = /^(?:yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$/;
const FLOAT =
  /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;
const INT =
  /^(?:[-+]?0b[0-1_]+|[-+]?0[0-7_]+|[-+]?(?:0|[1-9][0-9_]*)|[-+]?0x[0-9a-fA-F_]+|[-+]?[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
const NULL = /^(?:~|null|Null|NULL|)$/;
const TIMESTAMP =
  /^(?:\d{4}-\d\d-\d\d|\d{4}-\d\d?-\d\d?(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)$/;
const TRUE = /^(?:yes|true|on)$/i;

/** CPython refuses to convert longer decimal texts (`sys.int_info.default_max_str_digits`). */
const MAX_DECIMAL_DIGITS = 4300;
/** Bits of hexadecimal, octal and binary ints are not limited by CPython; here they are. */
const MAX_NUMBER_LENGTH = 10_000;

export type ScalarResolution = YamlScalarValue | { readonly problem: string };

/** Resolves a plain (unquoted) scalar. Some texts match a type and then fail to convert, in PyYAML too. */
export function resolvePlainScalar(text: string): ScalarResolution {
  if (NULL.test(text)) return { kind: 'null', value: null };
  if (BOOL.test(text)) return { kind: 'bool', value: TRUE.test(text) };
  if (FLOAT.test(text)) return floatOf(text);
  if (INT.test(text)) return intOf(text);
  if (TIMESTAMP.test(text)) return { kind: 'timestamp', value: text };
  if (text === '=') return { problem: 'a lone "=" cannot be read by PyYAML; put it in quotes' };
  return { kind: 'str', value: text };
}

/** Resolves a scalar with an explicit `!!` tag, given without its `tag:yaml.org,2002:` prefix. */
export function resolveTaggedScalar(tag: string, text: string): ScalarResolution {
  switch (tag) {
    case 'str':
      return { kind: 'str', value: text };
    case 'null':
      return { kind: 'null', value: null };
    case 'bool':
      return taggedBool(text);
    case 'int':
      return intOf(text);
    case 'float':
      return floatOf(text);
    case 'timestamp':
      return TIMESTAMP.test(text) ? { kind: 'timestamp', value: text } : { problem: `"${text}" is not a timestamp` };
    default:
      return { problem: `the tag !!${tag} is not allowed here` };
  }
}

function taggedBool(text: string): ScalarResolution {
  const isKnown = /^(?:yes|no|true|false|on|off)$/i.test(text);
  return isKnown ? { kind: 'bool', value: TRUE.test(text) } : { problem: `"${text}" is not a boolean` };
}

function intOf(text: string): ScalarResolution {
  if (text.length > MAX_NUMBER_LENGTH) return { problem: 'the number is too long' };
  const [sign, digits] = splitSign(text.replaceAll('_', ''));
  const magnitude = digits.includes(':') ? sexagesimalInt(digits) : plainInt(digits);
  if (magnitude === undefined) return { problem: `PyYAML cannot read the number "${text}"` };
  return { kind: 'int', value: sign * magnitude };
}

function plainInt(digits: string): bigint | undefined {
  if (/^0b[01]+$/.test(digits) || /^0x[0-9a-f]+$/i.test(digits)) return BigInt(digits);
  if (/^0[0-7]*$/.test(digits)) return BigInt(`0o${digits}`);
  return decimalInt(digits);
}

function decimalInt(digits: string): bigint | undefined {
  return /^[0-9]+$/.test(digits) && digits.length <= MAX_DECIMAL_DIGITS ? BigInt(digits) : undefined;
}

/** Base 60, most significant part first: `1:30` is 90. */
function sexagesimalInt(digits: string): bigint | undefined {
  const parts = digits.split(':').map(decimalInt);
  return parts.reduce((sum, part) => (sum === undefined || part === undefined ? undefined : sum * 60n + part), 0n);
}

function floatOf(text: string): ScalarResolution {
  if (text.length > MAX_NUMBER_LENGTH) return { problem: 'the number is too long' };
  const [bigSign, digits] = splitSign(text.replaceAll('_', '').toLowerCase());
  const sign = Number(bigSign);
  if (digits === '.inf') return { kind: 'float', value: sign * Number.POSITIVE_INFINITY };
  if (digits === '.nan') return { kind: 'float', value: Number.NaN };
  const magnitude = digits.includes(':') ? sexagesimalFloat(digits) : decimalFloat(digits);
  if (magnitude === undefined) return { problem: `PyYAML cannot read the number "${text}"` };
  return { kind: 'float', value: sign * magnitude };
}

function decimalFloat(digits: string): number | undefined {
  return /^(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?$/.test(digits) ? Number(digits) : undefined;
}

/** Summed from the least significant part, in PyYAML's order, so that rounding is the same. */
function sexagesimalFloat(digits: string): number | undefined {
  let [base, sum] = [1, 0];
  for (const part of digits.split(':').toReversed()) {
    const value = decimalFloat(part);
    if (value === undefined) return undefined;
    sum += value * base;
    base *= 60;
  }
  return sum;
}

function splitSign(text: string): [bigint, string] {
  if (text.startsWith('-')) return [-1n, text.slice(1)];
  return [1n, text.startsWith('+') ? text.slice(1) : text];
}
