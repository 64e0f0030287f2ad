import { isUtf8 } from 'node:buffer';

/**
 * Reads a JSON object piece by piece and hands over its members one by one, so that a file longer
 * than the longest string can be read. Members themselves are parsed as a whole.
 *
 * @param chunks bytes of the file, cut anywhere
 * @param onMember in file order, also of a key that comes again
 * @returns what is wrong, if it is no UTF-8 text of one JSON object; members until then were handed over
 */
export async function scanObject(chunks: AsyncIterable<Uint8Array>, onMember: (key: string, value: unknown) => void): Promise<string | undefined> {
  const scanner = new ObjectScanner(onMember);
  for await (const chunk of chunks) {
    const problem = scanner.push(chunk);
    if (problem !== undefined) return problem;
  }
  return scanner.end();
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
const isOpening = (byte: number): boolean => byte === 0x7b || byte === 0x5b;
const isClosing = (byte: number): boolean => byte === 0x7d || byte === 0x5d;

class ObjectScanner {
  readonly #onMember: (key: string, value: unknown) => void;
  /** Bytes of the member that is not finished yet. */
  #rest: Buffer = Buffer.alloc(0);
  /** How far `#rest` has been looked at. */
  #at = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;
  #isBegun = false;
  #isEnded = false;
  #members = 0;
  #offset = 0;

  constructor(onMember: (key: string, value: unknown) => void) {
    this.#onMember = onMember;
  }

  push(chunk: Uint8Array): string | undefined {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    while (this.#at < this.#rest.length) {
      const byte = this.#rest[this.#at++]!;
      if (this.#isInString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) this.#isInString = false;
        continue;
      }
      if (byte === QUOTE) this.#isInString = true;
      const problem = this.#isBegun && !this.#isEnded ? undefined : this.#outside(byte);
      if (problem !== undefined) return problem;
      if (isOpening(byte)) {
        if (this.#depth++ === 0) start = this.#at;
      } else if (isClosing(byte)) {
        if (--this.#depth > 0) continue;
        const wrong = this.#finish(start, this.#at - 1, true);
        if (wrong !== undefined) return wrong;
        this.#isEnded = true;
        start = this.#at;
      } else if (byte === COMMA && this.#depth === 1) {
        const wrong = this.#finish(start, this.#at - 1, false);
        if (wrong !== undefined) return wrong;
        start = this.#at;
      }
    }
    this.#offset += start;
    this.#rest = this.#rest.subarray(start);
    this.#at -= start;
    return undefined;
  }

  end(): string | undefined {
    if (this.#isEnded) return undefined;
    return this.#isBegun ? `it ends at byte ${this.#offset + this.#rest.length}, inside the object` : 'it is empty';
  }

  /** Before the object and behind it there is only white space. */
  #outside(byte: number): string | undefined {
    if (isSpace(byte)) return undefined;
    if (this.#isEnded) return `something follows the object at byte ${this.#offset + this.#at - 1}`;
    this.#isBegun = byte === 0x7b;
    if (this.#isBegun) return undefined;
    return byte === 0xef ? 'it begins with a byte order mark' : 'it is no JSON object';
  }

  #finish(start: number, end: number, isLast: boolean): string | undefined {
    const bytes = this.#rest.subarray(start, end);
    if (!isUtf8(bytes)) return `it is not UTF-8, between bytes ${this.#offset + start} and ${this.#offset + end}`;
    const text = bytes.toString('utf8');
    if (isLast && this.#members === 0 && text.trim() === '') return undefined;
    try {
      const member = Object.entries(JSON.parse(`{${text}}`) as Record<string, unknown>);
      // `__proto__` and the like would be swallowed by an object literal's own rules, not by JSON.parse.
      if (member.length !== 1) return `at byte ${this.#offset + start} there is no member`;
      this.#members++;
      this.#onMember(member[0]![0], member[0]![1]);
      return undefined;
    } catch {
      return `between bytes ${this.#offset + start} and ${this.#offset + end} it is no JSON`;
    }
  }
}
