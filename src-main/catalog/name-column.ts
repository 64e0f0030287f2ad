import type { Steps } from '../base/index.ts';

/** Case folded text: what differs only in letter case or in how accents are composed counts as equal. */
export function foldText(text: string): Buffer {
  return Buffer.from(text.normalize('NFC').toLowerCase(), 'utf8');
}

const UPPER_A = 0x41;
const UPPER_Z = 0x5a;

/**
 * The folded names of a cache as UTF-8 in one buffer. Name `i` is `bytes[starts[i] .. starts[i] + lengths[i])`, length -1 where
 * there is none. UTF-8 keeps the order of code points and never has one character inside another, so bytes can be searched and sorted.
 */
export class NameColumn {
  bytes = Buffer.alloc(1 << 16);
  starts = new Uint32Array(1024);
  lengths = new Int32Array(1024);
  /** Counts the changes; equal means equal names. */
  version = 0;
  #used = 0;
  /** Whether names lie in the order of their slots, without gaps: until one is replaced by another. */
  #isInOrder = true;
  #lastSlot = -1;

  reserve(slots: number): void {
    if (slots <= this.starts.length) return;
    const starts = new Uint32Array(slots);
    const lengths = new Int32Array(slots);
    starts.set(this.starts);
    lengths.set(this.lengths);
    this.starts = starts;
    this.lengths = lengths;
  }

  /** @param utf8 the name, not folded; `null` for none. A name that is replaced leaves its bytes behind until the next full read. */
  set(slot: number, utf8: Uint8Array | null): void {
    const isAppended = slot > this.#lastSlot;
    if (isAppended) this.#lastSlot = slot;
    if (utf8 === null) {
      if (isAppended || this.lengths[slot] !== -1) this.version++;
      this.lengths[slot] = -1;
      return;
    }
    const folded = this.#isAscii(utf8) ? utf8 : foldText(Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).toString('utf8'));
    this.#reserveBytes(folded.length);
    this.#copyLowerCase(folded);
    if (!isAppended) {
      if (this.#isSame(slot, folded.length)) return;
      this.#isInOrder = false;
    }
    this.version++;
    this.starts[slot] = this.#used;
    this.lengths[slot] = folded.length;
    this.#used += folded.length;
  }

  /** To where the next name begins; other letters than ASCII are lower case already. */
  #copyLowerCase(text: Uint8Array): void {
    const { bytes } = this;
    const start = this.#used;
    for (let i = 0; i < text.length; i++) {
      const byte = text[i]!;
      bytes[start + i] = byte >= UPPER_A && byte <= UPPER_Z ? byte + 32 : byte;
    }
  }

  #isSame(slot: number, length: number): boolean {
    const start = this.starts[slot]!;
    return this.lengths[slot] === length && this.bytes.compare(this.bytes, this.#used, this.#used + length, start, start + length) === 0;
  }

  #isAscii(utf8: Uint8Array): boolean {
    for (let i = 0; i < utf8.length; i++) if (utf8[i]! > 127) return false;
    return true;
  }

  #reserveBytes(more: number): void {
    if (this.#used + more <= this.bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.#used + more));
    this.bytes.copy(bytes, 0, 0, this.#used);
    this.bytes = bytes;
  }

  /**
   * Clears `matches[slot]` where the name does not contain the folded text; the empty text is in every name, and in none that is
   * not there. Where hits are rare the platform's search runs over many names at once; where they are not, its calls would cost
   * more than looking into each name, which usually has the text near its start.
   */
  *keepContaining(text: Uint8Array, matches: Uint8Array, slots: number): Steps<void> {
    if (text.length === 0) return;
    const found = new Uint8Array(slots);
    const search = { text, shifts: shiftTable(text), found, hitsMax: text.length === 1 && this.#used > slots * LONG_NAME ? BLOCK : MANY_HITS };
    let next = this.#isInOrder ? 0 : -1;
    for (let from = 0; from < slots; from += BLOCK) {
      const to = Math.min(from + BLOCK, slots);
      if (next >= 0) next = this.#searchBlock(search, from, to, next);
      else if (!this.#isInOrder) this.#searchNames(search, from, to);
      if (from % STEP_SLOTS === 0) yield;
    }
    for (let slot = 0; slot < slots; slot++) matches[slot]! &= found[slot]!;
  }

  /** @returns first hit behind this block, or -1 if there is none to the end of all names */
  #searchBlock(search: NameSearch, from: number, to: number, hint: number): number {
    const { text, found } = search;
    const { starts, lengths, bytes } = this;
    let slot = from;
    let at = hint;
    for (let hits = 0; hits < search.hitsMax; hits++) {
      at = bytes.indexOf(text, at);
      if (at < 0 || at >= this.#used) return -1;
      while (slot < to && (lengths[slot]! < 0 || starts[slot]! + lengths[slot]! <= at)) slot++;
      if (slot === to) return at;
      const end = starts[slot]! + lengths[slot]!;
      // In what was searched already, or in the bytes of a name that is gone; or across two names.
      if (at < starts[slot]! || at + text.length > end) {
        at = Math.max(at + 1, starts[slot]!);
        continue;
      }
      found[slot] = 1;
      at = end;
      slot++;
    }
    this.#searchNames(search, slot, to);
    return at;
  }

  /** Horspool's search (R. N. Horspool, 1980): the last byte of the window says how far it can move after a mismatch. */
  #searchNames({ text, shifts, found }: NameSearch, from: number, to: number): void {
    const { bytes, starts, lengths } = this;
    const last = text.length - 1;
    const lastByte = text[last]!;
    const firstByte = text[0]!;
    for (let slot = from; slot < to; slot++) {
      const end = starts[slot]! + lengths[slot]!;
      let at = starts[slot]! + last;
      while (at < end) {
        const byte = bytes[at]!;
        if (byte === lastByte && bytes[at - last] === firstByte && isAt(bytes, at - last, text, last)) {
          found[slot] = 1;
          break;
        }
        at += shifts[byte]!;
      }
    }
  }

  /** Byte order of two folded names; none comes last. */
  compare(a: number, b: number): number {
    return this.compareFrom(a, b, 0);
  }

  compareFrom(a: number, b: number, depth: number): number {
    const { bytes, starts, lengths } = this;
    const lengthA = lengths[a]!;
    const lengthB = lengths[b]!;
    if (lengthA < 0 || lengthB < 0) return (lengthA < 0 ? 1 : 0) - (lengthB < 0 ? 1 : 0);
    const end = Math.min(lengthA, lengthB);
    for (let i = depth; i < end; i++) {
      const difference = bytes[starts[a]! + i]! - bytes[starts[b]! + i]!;
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }
}

/** Names searched before it is decided again how. */
const BLOCK = 4096;
/** Names searched between two steps: some milliseconds. */
const STEP_SLOTS = 8 * BLOCK;
/** Hits in a block from which on its names are searched one by one; a call of the platform's search costs some 0.2 µs. */
const MANY_HITS = 16;
/** Bytes on average: looking through longer names takes longer than a call of the platform's search for a single byte. */
const LONG_NAME = 100;

interface NameSearch {
  readonly text: Uint8Array;
  readonly shifts: Uint32Array;
  readonly found: Uint8Array;
  /** Hits in a block after which the rest of its names are searched one by one. */
  readonly hitsMax: number;
}

function isAt(bytes: Uint8Array, start: number, text: Uint8Array, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[start + i] !== text[i]) return false;
  return true;
}

function shiftTable(text: Uint8Array): Uint32Array {
  const shifts = new Uint32Array(256).fill(text.length);
  for (let i = 0; i < text.length - 1; i++) shifts[text[i]!] = text.length - 1 - i;
  return shifts;
}
