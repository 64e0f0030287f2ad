import { isUtf8 } from 'node:buffer';

/** One record. Valid only during the call it is passed to: its bytes are reused for the next one. */
export interface CsvRow {
  /** Line of the file on which the record begins, from 1. */
  readonly line: number;
  readonly fieldCount: number;
  /** Content of a field without its quotes; empty beyond the last one. */
  field(index: number): string;
}

export interface CsvLimits {
  /** Bytes of one record without quotes and separators. */
  readonly maxRowBytes?: number;
  readonly maxFields?: number;
}

/** A text that is not CSV, with the line it happens on. */
export class CsvError extends Error {
  readonly line: number;

  constructor(message: string, line: number) {
    super(message);
    this.name = 'CsvError';
    this.line = line;
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;
const BOM = [0xef, 0xbb, 0xbf] as const;

const STATE = { recordStart: 0, blank: 1, fieldStart: 2, field: 3, quoted: 4, quoteInQuoted: 5 } as const;
type State = (typeof STATE)[keyof typeof STATE];

/**
 * Splits CSV into records the way pandas' C parser does (`pandas/_libs/src/parser/tokenizer.c`, 2.2,
 * default options): comma, `"` with `""` inside, LF, CR or CRLF, line breaks inside quotes, lines of
 * spaces and tabs skipped, a byte order mark skipped. A quote counts only at the very start of a field;
 * what follows a closing quote is appended as it stands. Memory is bounded by one record.
 */
export class CsvReader {
  private readonly onRow: (row: CsvRow) => void;
  private readonly maxRowBytes: number;
  private readonly maxFields: number;
  private bytes = Buffer.alloc(4096);
  private length = 0;
  private ends = new Int32Array(64);
  private fieldCount = 0;
  private state: State = STATE.recordStart;
  private line = 1;
  private rowLine = 1;
  private quoteLine = 1;
  private isAfterCr = false;
  private hasHighBytes = false;
  /** Bytes of the byte order mark seen so far; -1 once the start of the file is behind. */
  private bomLength = 0;

  constructor(onRow: (row: CsvRow) => void, limits: CsvLimits = {}) {
    this.onRow = onRow;
    this.maxRowBytes = limits.maxRowBytes ?? 16 * 1024 * 1024;
    this.maxFields = limits.maxFields ?? 100_000;
  }

  /** Takes the next piece of the file; records may be cut anywhere. @throws CsvError */
  push(chunk: Uint8Array | string): void {
    const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
    let start = 0;
    while (this.bomLength >= 0 && start < bytes.length) start += this.skipBom(bytes[start]!);
    this.scan(bytes, start);
  }

  /** Ends the file. @throws CsvError */
  end(): void {
    this.giveBackBom();
    if (this.state === STATE.quoted) throw new CsvError('a quote opened here is never closed', this.quoteLine);
    if (this.state !== STATE.recordStart && this.state !== STATE.blank) this.endRow();
  }

  /** @returns 1 if the byte was part of a byte order mark */
  private skipBom(byte: number): 0 | 1 {
    if (byte !== BOM[this.bomLength]) {
      this.giveBackBom();
      return 0;
    }
    this.bomLength = this.bomLength === 2 ? -1 : this.bomLength + 1;
    return 1;
  }

  /** What looked like the beginning of a byte order mark was not one. */
  private giveBackBom(): void {
    const seen = BOM.slice(0, Math.max(0, this.bomLength));
    this.bomLength = -1;
    this.scan(Uint8Array.from(seen), 0);
  }

  private scan(bytes: Uint8Array, start: number): void {
    for (let i = start; i < bytes.length; i++) {
      const byte = bytes[i]!;
      if (byte === LF && this.isAfterCr) {
        this.isAfterCr = false;
        if (this.state === STATE.quoted) this.append(byte);
        continue;
      }
      this.isAfterCr = byte === CR;
      this.take(byte);
      if (byte === LF || byte === CR) this.line++;
    }
  }

  private take(byte: number): void {
    switch (this.state) {
      case STATE.field:
        return this.takeInField(byte);
      case STATE.fieldStart:
        return this.takeFieldStart(byte);
      case STATE.quoted:
        return this.takeQuoted(byte);
      case STATE.quoteInQuoted:
        return this.takeAfterQuote(byte);
      case STATE.blank:
        return this.takeBlank(byte);
      default:
        return this.takeRecordStart(byte);
    }
  }

  private takeInField(byte: number): void {
    if (byte === COMMA) this.endField();
    else if (byte === LF || byte === CR) this.endRow();
    else this.append(byte);
  }

  private takeFieldStart(byte: number): void {
    if (byte === QUOTE) {
      this.quoteLine = this.line;
      this.state = STATE.quoted;
      return;
    }
    this.state = STATE.field;
    this.takeInField(byte);
  }

  private takeQuoted(byte: number): void {
    if (byte === QUOTE) this.state = STATE.quoteInQuoted;
    else this.append(byte);
  }

  private takeAfterQuote(byte: number): void {
    this.state = byte === QUOTE ? STATE.quoted : STATE.field;
    if (byte === QUOTE) this.append(byte);
    else this.takeInField(byte);
  }

  private takeBlank(byte: number): void {
    if (byte === SPACE || byte === TAB) this.append(byte);
    else if (byte === LF || byte === CR) this.reset();
    else {
      this.state = STATE.field;
      this.takeInField(byte);
    }
  }

  private takeRecordStart(byte: number): void {
    if (byte === LF || byte === CR) return;
    this.rowLine = this.line;
    if (byte === SPACE || byte === TAB) {
      this.state = STATE.blank;
      this.append(byte);
    } else {
      this.takeFieldStart(byte);
    }
  }

  private append(byte: number): void {
    if (this.length === this.bytes.length) this.growBytes();
    this.bytes[this.length++] = byte;
    if (byte >= 0x80) this.hasHighBytes = true;
  }

  private growBytes(): void {
    if (this.length >= this.maxRowBytes) {
      const hint = this.state === STATE.quoted ? '; is a quote missing?' : '';
      throw new CsvError(`a record is longer than ${this.maxRowBytes} bytes${hint}`, this.rowLine);
    }
    const grown = Buffer.alloc(Math.min(this.length * 2, this.maxRowBytes));
    this.bytes.copy(grown);
    this.bytes = grown;
  }

  private endField(): void {
    if (this.fieldCount >= this.maxFields) throw new CsvError(`a record has more than ${this.maxFields} fields`, this.rowLine);
    if (this.fieldCount === this.ends.length) {
      const grown = new Int32Array(this.ends.length * 2);
      grown.set(this.ends);
      this.ends = grown;
    }
    this.ends[this.fieldCount++] = this.length;
    this.state = STATE.fieldStart;
  }

  private endRow(): void {
    this.endField();
    const { bytes, ends, fieldCount, length } = this;
    if (this.hasHighBytes && !isUtf8(bytes.subarray(0, length))) throw new CsvError('the text is not UTF-8', this.rowLine);
    const encoding = this.hasHighBytes ? 'utf8' : 'latin1';
    const field = (index: number): string =>
      index < fieldCount ? bytes.toString(encoding, index === 0 ? 0 : ends[index - 1], ends[index]) : '';
    this.onRow({ line: this.rowLine, fieldCount, field });
    this.reset();
  }

  private reset(): void {
    this.length = 0;
    this.fieldCount = 0;
    this.hasHighBytes = false;
    this.state = STATE.recordStart;
  }
}
