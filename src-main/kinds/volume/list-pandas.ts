import { pythonFloatText } from '../../formats/json/index.ts';

/** Texts `pandas.read_csv` takes for a missing value (pandas 2.x, `STR_NA_VALUES`), quoted or not. */
const MISSING = new Set([
  '', '#N/A', '#N/A N/A', '#NA', '-1.#IND', '-1.#QNAN', '-NaN', '-nan', '1.#IND', '1.#QNAN', '<NA>', 'N/A', 'NA', 'NULL', 'NaN', 'None',
  'n/a', 'nan', 'null',
]);
const LONGEST_MISSING = 9;

const INTEGER = /^[ \t\n\v\f\r]*[-+]?[0-9]+[ \t\n\v\f\r]*$/;
const BOOLEAN = /^(?:true|false)$/i;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** A cell of the column: a text stays a text, everything else cannot be part of a path. */
export interface ColumnValue {
  /** Python's `str()` of the value: the text an entry key is made of. */
  readonly text: string;
  readonly kind: 'text' | 'number' | 'boolean' | 'missing';
}

/**
 * `uint`: beyond int64; `intAsFloat`: read as an integer, then converted because of a gap or of other blocks; `boolWithGaps`: booleans
 * that pandas keeps as objects; `boolAsInt` and `boolAsFloat`: what concatenating makes of a block of booleans among numbers.
 */
type BlockType = 'int' | 'uint' | 'intAsFloat' | 'float' | 'bool' | 'boolWithGaps' | 'boolAsInt' | 'boolAsFloat' | 'text' | 'missing';

interface Block {
  readonly start: number;
  readonly type: BlockType;
}

/**
 * One column as `pandas.read_csv` types it. Pandas looks at blocks of rows (`low_memory`): a block
 * of which every present value is a number becomes numbers, and if all blocks are numeric so is the
 * column; one text elsewhere keeps only its own block text. Left out: beside integers of 2^63 and
 * more pandas keeps missing values as the texts they are.
 */
export class PandasColumn {
  private readonly blockRows: number;
  private readonly texts: (string | null)[] = [];
  private readonly blocks: Block[] = [];
  private block = new BlockTyping();
  private blockStart = 0;

  /** @param columns number of columns of the table, on which pandas' block size depends */
  constructor(columns: number) {
    this.blockRows = blockRowsFor(columns);
  }

  get length(): number {
    return this.texts.length;
  }

  add(text: string): void {
    const value = text.length <= LONGEST_MISSING && MISSING.has(text) ? null : text;
    this.texts.push(value);
    this.block.add(value);
    if (this.texts.length - this.blockStart === this.blockRows) this.endBlock();
  }

  /** All values in row order. */
  *values(): Generator<ColumnValue> {
    if (this.texts.length > this.blockStart) this.endBlock();
    const types = unifiedTypes(this.blocks);
    for (const [index, { start }] of this.blocks.entries()) {
      const end = this.blocks[index + 1]?.start ?? this.texts.length;
      for (let row = start; row < end; row++) yield valueOf(this.texts[row]!, types[index]!);
    }
  }

  private endBlock(): void {
    this.blocks.push({ start: this.blockStart, type: this.block.type() });
    this.blockStart = this.texts.length;
    this.block = new BlockTyping();
  }
}

/** `TextReader._read_low_memory`: the largest power of two below 2^20 / columns. */
function blockRowsFor(columns: number): number {
  const heuristic = Math.floor(2 ** 20 / Math.max(1, columns));
  let rows = 1;
  while (rows * 2 < heuristic) rows *= 2;
  return rows;
}

type ScanError = 'none' | 'invalid' | 'overflow';

/**
 * Decides the type of a block without keeping its values. Pandas tries int64, uint64, float64, bool
 * and text in this order, and what stops an integer scan first decides what is tried next: an
 * overflow means text, anything else means float (`TextReader._convert_tokens`).
 */
class BlockTyping {
  private missing = false;
  private present = false;
  private int64: ScanError = 'none';
  private uint64: ScanError = 'none';
  private hasNegative = false;
  private hasLarge = false;
  private float = true;
  private bool = true;

  add(text: string | null): void {
    if (text === null) {
      this.missing = true;
      return;
    }
    this.present = true;
    if (this.int64 === 'none' || this.uint64 === 'none') this.scanInteger(text);
    if (this.float) this.float = pandasFloat(text) !== undefined;
    if (this.bool) this.bool = BOOLEAN.test(text);
  }

  type(): BlockType {
    if (!this.present) return 'missing';
    const integer = this.integerType();
    if (integer !== undefined) return integer;
    if (this.float) return 'float';
    if (!this.bool) return 'text';
    return this.missing ? 'boolWithGaps' : 'bool';
  }

  private scanInteger(text: string): void {
    const value = INTEGER.test(text) ? integerOf(text) : undefined;
    if (this.int64 === 'none') this.int64 = scanError(value, INT64_MIN, INT64_MAX);
    if (this.uint64 !== 'none') return;
    if (value !== undefined && value < 0n) this.hasNegative = true;
    else this.uint64 = scanError(value, 0n, UINT64_MAX);
    if (value !== undefined && value > INT64_MAX) this.hasLarge = true;
  }

  /** undefined: not integers, but perhaps something else. */
  private integerType(): BlockType | undefined {
    if (this.int64 === 'invalid') return undefined;
    if (this.int64 === 'none') return this.missing ? 'intAsFloat' : 'int';
    if (this.uint64 === 'invalid') return undefined;
    const isConflict = this.uint64 === 'overflow' || this.hasNegative || (this.hasLarge && this.missing);
    return isConflict ? 'text' : 'uint';
  }
}

function scanError(value: bigint | undefined, min: bigint, max: bigint): ScanError {
  if (value === undefined) return 'invalid';
  return value < min || value > max ? 'overflow' : 'none';
}

function integerOf(text: string): bigint {
  const trimmed = text.trim();
  return trimmed.startsWith('+') ? BigInt(trimmed.slice(1)) : BigInt(trimmed);
}

/**
 * What `concat_compat` makes of the blocks: numbers become one type, booleans among them too, unless a block of objects (texts, booleans
 * with gaps) stands among them.
 */
function unifiedTypes(blocks: readonly Block[]): BlockType[] {
  const types = blocks.map((block) => block.type);
  const has = (...wanted: readonly BlockType[]): boolean => types.some((type) => wanted.includes(type));
  if (has('text', 'boolWithGaps')) return types;
  // NumPy has no integer that holds both int64 and uint64.
  if (has('float', 'intAsFloat', 'missing') || (has('int') && has('uint'))) return types.map((type) => AS_FLOAT[type] ?? type);
  return has('int', 'uint') ? types.map((type) => (type === 'bool' ? 'boolAsInt' : type)) : types;
}

const AS_FLOAT: Readonly<Partial<Record<BlockType, BlockType>>> = { int: 'intAsFloat', uint: 'intAsFloat', bool: 'boolAsFloat' };

function valueOf(text: string | null, type: BlockType): ColumnValue {
  if (text === null) return { text: 'nan', kind: 'missing' };
  switch (type) {
    case 'int':
    case 'uint':
      return { text: String(integerOf(text)), kind: 'number' };
    case 'intAsFloat':
      return { text: pythonFloatText(Number(integerOf(text))), kind: 'number' };
    case 'float':
      return { text: pythonFloatText(pandasFloat(text)!), kind: 'number' };
    case 'boolAsInt':
      return { text: /^t/i.test(text) ? '1' : '0', kind: 'number' };
    case 'boolAsFloat':
      return { text: /^t/i.test(text) ? '1.0' : '0.0', kind: 'number' };
    case 'bool':
    case 'boolWithGaps':
      return { text: /^t/i.test(text) ? 'True' : 'False', kind: 'boolean' };
    default:
      return { text, kind: 'text' };
  }
}

const FLOAT = /^[ \t\n\v\f\r]*([-+]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?[ \t\n\v\f\r]*$/;
const INFINITY = /^([-+]?)inf(?:inity)?$/i;
const MAX_DIGITS = 17;

/**
 * A float as pandas' default parser reads it (`precise_xstrtod` in `tokenizer.c`, 2.2): the first 17
 * digits, leading zeros among them, are gathered in a double, then scaled by one power of ten. The
 * last bits can differ from the nearest double, on purpose: the text of the result decides the key.
 *
 * @returns undefined for what stays a text, numbers beyond the range of a double among them
 */
export function pandasFloat(text: string): number | undefined {
  const infinity = INFINITY.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const match = FLOAT.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  if (whole.length + fraction.length === 0) return undefined;
  const decimals = fraction.slice(0, Math.max(0, MAX_DIGITS - whole.length));
  const exponent = Math.max(0, whole.length - MAX_DIGITS) - decimals.length + Number(exponentText);
  const magnitude = scaled(gathered(whole.slice(0, MAX_DIGITS) + decimals), exponent);
  if (!Number.isFinite(magnitude)) return undefined;
  return sign === '-' ? -magnitude : magnitude;
}

/** Digit by digit in a double, rounding as pandas rounds. */
function gathered(digits: string): number {
  let number = 0;
  for (const digit of digits) number = number * 10 + Number(digit);
  return number;
}

function scaled(number: number, exponent: number): number {
  if (exponent > 308) return Number.POSITIVE_INFINITY;
  if (exponent > 0) return number * POWERS_OF_TEN[exponent]!;
  if (exponent >= -308) return number / POWERS_OF_TEN[-exponent]!;
  return exponent < -616 ? 0 : number / POWERS_OF_TEN[-308 - exponent]! / POWERS_OF_TEN[308]!;
}

/** Read from text: `10 ** n` is not always the nearest double. */
const POWERS_OF_TEN = Array.from({ length: 309 }, (_, n) => Number(`1e${n}`));
