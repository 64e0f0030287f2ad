import { pythonFloatText } from '../../formats/json/index.ts';

/** Texts `pandas.read_csv` takes for a missing value (pandas 2.x, `STR_NA_VALUES`), quoted or not. */
const MISSING = new Set(
  ' #N/A,#N/A N/A,#NA,-1.#IND,-1.#QNAN,-NaN,-nan,1.#IND,1.#QNAN,<NA>,N/A,NA,NULL,NaN,None,n/a,nan,null'.slice(1).split(',').concat(''),
);
const LONGEST_MISSING = 9;

const INTEGER = /^[ \t\n\v\f\r]*[-+]?[0-9]+[ \t\n\v\f\r]*$/;
const BOOLEAN = /^(?:true|True|TRUE|false|False|FALSE)$/;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;
const UINT64_MAX = 2n ** 64n - 1n;

/** A cell of the column: a text stays a text, everything else cannot be part of a path. */
export interface ColumnValue {
  /** Python's `str()` of the value: the text an entry key is made of. */
  readonly text: string;
  readonly kind: 'text' | 'number' | 'boolean' | 'missing';
}

type BlockType = 'int' | 'float' | 'bool' | 'text' | 'missing';

interface Block {
  readonly start: number;
  readonly type: BlockType;
}

/**
 * One column as `pandas.read_csv` types it. Pandas looks at blocks of rows (`low_memory`): a block
 * of which every present value is a number becomes numbers, and if all blocks are numeric so is the
 * column; one text elsewhere keeps only its own block text.
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

/** Decides the type of a block without keeping its values: int64, uint64, float64, bool, text, in this order. */
class BlockTyping {
  private missing = false;
  private present = false;
  private int = true;
  private float = true;
  private bool = true;
  private min = 0n;
  private max = 0n;

  add(text: string | null): void {
    if (text === null) {
      this.missing = true;
      return;
    }
    this.present = true;
    if (this.int) this.int = this.takeInteger(text);
    if (this.float) this.float = pandasFloat(text) !== undefined;
    if (this.bool) this.bool = BOOLEAN.test(text);
  }

  type(): BlockType {
    if (!this.present) return 'missing';
    if (this.int && !this.missing && this.fitsInteger()) return 'int';
    if (this.float) return 'float';
    return this.bool ? 'bool' : 'text';
  }

  private takeInteger(text: string): boolean {
    if (!INTEGER.test(text)) return false;
    const value = integerOf(text);
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    return true;
  }

  private fitsInteger(): boolean {
    return this.min >= INT64_MIN && this.max <= (this.min < 0n ? INT64_MAX : UINT64_MAX);
  }
}

function integerOf(text: string): bigint {
  const trimmed = text.trim();
  return trimmed.startsWith('+') ? BigInt(trimmed.slice(1)) : BigInt(trimmed);
}

/** `find_common_type` over the blocks: numeric blocks become one type, unless a text or boolean stands among them. */
function unifiedTypes(blocks: readonly Block[]): BlockType[] {
  const types = blocks.map((block) => block.type);
  const isNumeric = types.every((type) => type === 'int' || type === 'float' || type === 'missing');
  if (!isNumeric || types.every((type) => type === 'int')) return types;
  return types.map((type) => (type === 'missing' ? 'missing' : 'float'));
}

function valueOf(text: string | null, type: BlockType): ColumnValue {
  if (text === null) return { text: 'nan', kind: 'missing' };
  switch (type) {
    case 'int':
      return { text: String(integerOf(text)), kind: 'number' };
    case 'float':
      return { text: pythonFloatText(pandasFloat(text)!), kind: 'number' };
    case 'bool':
      return { text: /^t/i.test(text) ? 'True' : 'False', kind: 'boolean' };
    default:
      return { text, kind: 'text' };
  }
}

const FLOAT = /^[ \t\n\v\f\r]*([-+]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([-+]?[0-9]+))?[ \t\n\v\f\r]*$/;
const INFINITY = /^([-+]?)inf(?:inity)?$/i;
const MAX_DIGITS = 17;

/**
 * A float as pandas' default parser reads it (`precise_xstrtod` in `tokenizer.c`): at most 17
 * significant digits are gathered in a double, then scaled by one power of ten. The last bit can
 * differ from the nearest double, on purpose: the text of the result decides the key.
 */
export function pandasFloat(text: string): number | undefined {
  const infinity = INFINITY.exec(text);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const match = FLOAT.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponentText = '0'] = match;
  if (whole.length + fraction.length === 0) return undefined;
  const magnitude = scaled(gatherDigits(whole, fraction), Number(exponentText));
  return sign === '-' ? -magnitude : magnitude;
}

/** Leading zeros do not count as digits; digits beyond the 17th only move the exponent. */
function gatherDigits(whole: string, fraction: string): { number: number; exponent: number } {
  let [number, digits, exponent] = [0, 0, 0];
  for (const digit of whole) {
    if (digits >= MAX_DIGITS) exponent++;
    else if (number !== 0 || digit !== '0') [number, digits] = [number * 10 + Number(digit), digits + 1];
  }
  for (const digit of fraction) {
    if (digits >= MAX_DIGITS) break;
    number = number * 10 + Number(digit);
    exponent--;
    if (number !== 0) digits++;
  }
  return { number, exponent };
}

function scaled({ number, exponent }: { number: number; exponent: number }, typedExponent: number): number {
  const total = exponent + typedExponent;
  if (total > 308) return number === 0 ? 0 : Number.POSITIVE_INFINITY;
  if (total > 0) return number * 10 ** total;
  if (total < -308) return (number / 10 ** (-308 - total)) / 1e308;
  return number / 10 ** -total;
}
