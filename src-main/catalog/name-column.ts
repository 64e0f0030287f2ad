import type { Steps } from '../base/index.ts';
import { inPieces } from '../base/index.ts';

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
  /** The same bytes, four at a time. */
  #words = wordsOf(this.bytes);
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
      // Where it would begin, so that where the next one begins is known of every slot.
      if (isAppended) this.starts[slot] = this.#used;
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
    const words = Math.ceil(Math.max(this.bytes.length * 2, this.#used + more) / 4);
    const bytes = Buffer.allocUnsafeSlow(words * 4);
    this.bytes.copy(bytes, 0, 0, this.#used);
    this.bytes = bytes;
    this.#words = wordsOf(bytes);
  }

  /**
   * Which names contain the folded text, 1 for each that does; the empty text is in every name, and in none that is not there.
   * All names are searched at once for the part of it that is rarest among them; a text that most names have is found soon in
   * each, and the rest of it need not be looked at.
   */
  *containing(text: Uint8Array, slots: number): Steps<Uint8Array> {
    const found = new Uint8Array(slots);
    if (text.length === 0) {
      yield* inPieces(0, slots, (from, to) => {
        for (let slot = from; slot < to; slot++) if (this.lengths[slot]! >= 0) found[slot] = 1;
      });
      return found;
    }
    const search = { text, shifts: shiftTable(text), ...this.#rarestOf(text), found };
    const searchIn = this.#isInOrder && !this.#isUsual(text, slots) ? this.#searchBytes : this.#searchNames;
    yield* inPieces(0, slots, (from, to) => searchIn.call(this, search, from, to), this.#namesOf(PIECE_BYTES));
    return found;
  }

  /** How many names have so many bytes, on average. */
  #namesOf(bytes: number): number {
    return Math.max(1, Math.floor((bytes * (this.#lastSlot + 1)) / Math.max(this.#used, 1)));
  }

  /** Searches for some bytes from the middle of a name, to have the search compiled; what is found is of no use. */
  *rehearse(slots: number): Steps<void> {
    const slot = slots >> 1;
    const middle = this.starts[slot]! + (this.lengths[slot]! >> 1);
    const text = this.bytes.subarray(middle, middle + REHEARSED_BYTES);
    if (this.lengths[slot]! > 2 * REHEARSED_BYTES) yield* this.containing(text, Math.min(slots, this.#namesOf(REHEARSED_PIECES * PIECE_BYTES)));
  }

  /** Whether most names have the text, by an even sample, and are so short that looking into one costs next to nothing. */
  #isUsual(text: Uint8Array, slots: number): boolean {
    if (this.#used > slots * LONG_NAME) return false;
    let having = 0;
    for (let i = 0; i < SAMPLE_NAMES; i++) {
      const slot = Math.floor((i * slots) / SAMPLE_NAMES);
      const start = this.starts[slot]!;
      if (this.bytes.subarray(start, start + Math.max(this.lengths[slot]!, 0)).indexOf(text) >= 0) having++;
    }
    return having > SAMPLE_NAMES / 2;
  }

  /** Which byte of the text is met least often in the names, by an even sample; together with the next one where that is rarer by far. */
  #rarestOf(text: Uint8Array): { readonly anchor: number; readonly isPair: boolean } {
    const { bytes } = this;
    const counts = new Uint32Array(256);
    const pairs = new Uint32Array(65_536);
    for (let run = 0; run < SAMPLE_RUNS; run++) {
      const start = Math.floor((run * this.#used) / SAMPLE_RUNS);
      for (let at = start; at < start + RUN_BYTES; at++) {
        counts[bytes[at]!]!++;
        pairs[(bytes[at]! << 8) | bytes[at + 1]!]!++;
      }
    }
    const countOf = (at: number): number => counts[text[at]!]!;
    const pairsOf = (at: number): number => pairs[(text[at]! << 8) | text[at + 1]!]!;
    const [anchor, first] = [least(text.length, countOf), least(text.length - 1, pairsOf)];
    const isPair = text.length > 1 && countOf(anchor) > RARE && pairsOf(first) * 2 < countOf(anchor);
    return { anchor: isPair ? first : anchor, isPair };
  }

  /** All names of these slots as one run of bytes, four at a time until the anchor is among them; only while names are in order. */
  #searchBytes({ text, anchor, isPair, found }: NameSearch, from: number, to: number): void {
    const { bytes, starts, lengths } = this;
    const words = this.#words;
    const anchorByte = text[anchor]!;
    const pattern = Math.imul(anchorByte, 0x01010101);
    const nextPattern = isPair ? Math.imul(text[anchor + 1]!, 0x01010101) : 0;
    const end = to <= this.#lastSlot ? starts[to]! : this.#used;
    // The last word has no next one; what is left is looked at byte by byte.
    const lastWord = (end >> 2) - 1;
    let slot = from;
    let slotEnd = starts[slot]! + lengths[slot]!;
    let at = starts[from]!;
    while (at < end) {
      if ((at & 3) === 0 && at >> 2 < lastWord) {
        const word = isPair ? pairWord(words, at >> 2, lastWord, pattern, nextPattern) : byteWord(words, at >> 2, lastWord, pattern);
        at = word * 4;
      }
      if (bytes[at] === anchorByte) {
        while (slotEnd <= at && slot + 1 < to) {
          slot++;
          slotEnd = starts[slot]! + lengths[slot]!;
        }
        const start = at - anchor;
        // Not in the bytes of a name that is gone, nor across two names.
        if (start >= starts[slot]! && start + text.length <= slotEnd && isAt(bytes, start, text, text.length)) {
          found[slot] = 1;
          at = slotEnd;
          continue;
        }
      }
      at++;
    }
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

/** Runs of bytes looked at to see which ones are rare. */
const SAMPLE_RUNS = 64;
const RUN_BYTES = 64;
/** Occurrences in the sample up to which looking for two neighbours costs more than stopping at each. */
const RARE = 32;
/** Searched between two steps: some 0.5 ms. */
const PIECE_BYTES = 524_288;
const REHEARSED_BYTES = 3;
/** So many that the compiler has taken up what is called for each. */
const REHEARSED_PIECES = 10;
/** Names looked at to see whether a text is in most of them. */
const SAMPLE_NAMES = 256;
/** Bytes on average from which on names are never looked into one by one. */
const LONG_NAME = 64;

function least(length: number, countOf: (at: number) => number): number {
  let found = 0;
  for (let at = 1; at < length; at++) if (countOf(at) < countOf(found)) found = at;
  return found;
}

/** Signed: two thirds of the time that unsigned numbers take in these loops. */
function wordsOf(bytes: Uint8Array): Int32Array {
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length >> 2);
}

interface NameSearch {
  readonly text: Uint8Array;
  readonly shifts: Uint32Array;
  /** Which byte of the text is looked for first. */
  readonly anchor: number;
  /** Together with the next one. */
  readonly isPair: boolean;
  readonly found: Uint8Array;
}

/** Where one of the four bytes is 0, one of these bits is set (H. S. Warren, Hacker's Delight, 6-1): at it, or at one behind it as well. */
const zeroBits = (four: number): number => (four - 0x01010101) & ~four & 0x80808080;

/** First of these words with the byte of which four make the pattern, or `to`. */
function byteWord(words: Int32Array, from: number, to: number, pattern: number): number {
  let word = from;
  while (word < to && zeroBits(words[word]! ^ pattern) === 0) word++;
  return word;
}

/** As `byteWord`, with the other byte behind it: the next four bytes from one on, as memory has them, least significant first. */
function pairWord(words: Int32Array, from: number, to: number, pattern: number, nextPattern: number): number {
  let word = from;
  for (; word < to; word++) {
    const four = words[word]!;
    const next = (four >>> 8) | (words[word + 1]! << 24);
    if ((zeroBits(four ^ pattern) & zeroBits(next ^ nextPattern)) !== 0) break;
  }
  return word;
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
