import type { Steps } from '../base/index.ts';
import { inPieces } from '../base/index.ts';
import type { Anchors, ByteFinder } from './find-bytes.ts';
import { FINDER_BYTES, MOST_OFFSET, byteFinder } from './find-bytes.ts';

/** Case folded text: what differs only in letter case or in how accents are composed counts as equal. */
export function foldText(text: string): Buffer {
  return Buffer.from(text.normalize('NFC').toLowerCase(), 'utf8');
}

const UPPER_A = 0x41;
const UPPER_Z = 0x5a;

/** The last byte of U+17DD, the only one of the Khmer block that can trade places with the letter behind it. */
const ATTHACAN = 0x9d;
/** The last bytes of U+200B to U+200D, which stand between and within Khmer words. */
const ZERO_WIDTH_SPACE = 0x8b;
const ZERO_WIDTH_JOINER = 0x8d;

/**
 * Writes the folded text to `target`, if it is one of ASCII, Khmer and the zero-width characters used with it. Those have neither case,
 * but for A to Z, nor composed forms (Unicode Character Database, UnicodeData.txt), and are read several times faster than `foldText` folds them.
 *
 * @returns false for any other text; what was written is of no use then
 */
function foldPlain(utf8: Uint8Array, target: Uint8Array, start: number): boolean {
  const end = utf8.length;
  for (let i = 0; i < end; ) {
    const byte = utf8[i]!;
    if (byte < 0x80) {
      target[start + i++] = byte >= UPPER_A && byte <= UPPER_Z ? byte + 32 : byte;
      continue;
    }
    const second = utf8[i + 1];
    const third = utf8[i + 2];
    if (second === undefined || third === undefined || third < 0x80 || third > 0xbf) return false;
    const isKhmer = byte === 0xe1 && (second === 0x9e || (second === 0x9f && third !== ATTHACAN));
    const isZeroWidth = byte === 0xe2 && second === 0x80 && third >= ZERO_WIDTH_SPACE && third <= ZERO_WIDTH_JOINER;
    if (!isKhmer && !isZeroWidth) return false;
    target[start + i] = byte;
    target[start + i + 1] = second;
    target[start + i + 2] = third;
    i += 3;
  }
  return true;
}

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
      // Where it would begin, so that where the next one begins is known of every slot.
      if (isAppended) this.starts[slot] = this.#used;
      if (isAppended || this.lengths[slot] !== -1) this.version++;
      this.lengths[slot] = -1;
      return;
    }
    const length = this.#append(utf8);
    if (!isAppended) {
      if (this.#isSame(slot, length)) return;
      this.#isInOrder = false;
    }
    this.version++;
    this.starts[slot] = this.#used;
    this.lengths[slot] = length;
    this.#used += length;
  }

  /** Writes the folded name to where the next one begins. @returns how many bytes it has */
  #append(utf8: Uint8Array): number {
    this.#reserveBytes(utf8.length);
    if (foldPlain(utf8, this.bytes, this.#used)) return utf8.length;
    const folded = foldText(Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).toString('utf8'));
    this.#reserveBytes(folded.length);
    this.bytes.set(folded, this.#used);
    return folded.length;
  }

  #isSame(slot: number, length: number): boolean {
    const start = this.starts[slot]!;
    return this.lengths[slot] === length && this.bytes.compare(this.bytes, this.#used, this.#used + length, start, start + length) === 0;
  }

  #reserveBytes(more: number): void {
    if (this.#used + more <= this.bytes.length) return;
    const bytes = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.#used + more));
    this.bytes.copy(bytes, 0, 0, this.#used);
    this.bytes = bytes;
  }

  /**
   * Which names contain the folded text, 1 for each that does; the empty text is in every name, and in none that is not there.
   * All names are searched at once for the bytes of it that are rarest among them; a text that most names have is found soon in
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
    const finder = this.#isInOrder && !this.#isUsual(text, slots) ? byteFinder() : undefined;
    if (finder === undefined) {
      const search = { text, shifts: shiftTable(text), found };
      yield* inPieces(0, slots, (from, to) => this.#searchNames(search, from, to), this.#namesOf(PIECE_BYTES));
    } else {
      const search = { text, anchors: this.#anchorsOf(text), found, finder };
      yield* inPieces(0, slots, (from, to) => this.#searchBytes(search, from, to), this.#namesOf(PIECE_BYTES));
    }
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

  /** The three bytes of the text that are met least often in the names, by an even sample; fewer than three are named again. */
  #anchorsOf(text: Uint8Array): Anchors {
    const { bytes } = this;
    const counts = new Uint32Array(256);
    for (let run = 0; run < SAMPLE_RUNS; run++) {
      const start = Math.floor((run * this.#used) / SAMPLE_RUNS);
      for (let at = start; at < start + RUN_BYTES; at++) counts[bytes[at]!]!++;
    }
    const offsets = Array.from(text.subarray(0, MOST_OFFSET + 1).keys()).sort((a, b) => counts[text[a]!]! - counts[text[b]!]!);
    const [first, second = first!, third = second] = offsets;
    return [first!, text[first!]!, second, text[second]!, third, text[third]!];
  }

  /** All names of these slots as one run of bytes; only while names are in order. */
  #searchBytes({ text, anchors, found, finder }: ByteSearch, from: number, to: number): void {
    const { bytes, starts, lengths } = this;
    const end = to <= this.#lastSlot ? starts[to]! : this.#used;
    let slot = from;
    let slotEnd = starts[slot]! + lengths[slot]!;
    let at = starts[from]!;
    while (at < end) {
      const piece = at;
      const pieceEnd = Math.min(end, piece + FINDER_BYTES);
      finder.load(bytes, piece);
      while (at < pieceEnd) {
        at = piece + finder.next(at - piece, pieceEnd - piece, ...anchors);
        if (at >= pieceEnd) break;
        while (slotEnd <= at && slot + 1 < to) {
          slot++;
          slotEnd = starts[slot]! + lengths[slot]!;
        }
        // Not in the bytes of a name that is gone, nor across two names.
        const isHere = at >= starts[slot]! && at + text.length <= slotEnd && isAt(bytes, at, text, text.length);
        if (isHere) found[slot] = 1;
        at = isHere ? slotEnd : at + 1;
      }
      at = Math.max(at, pieceEnd);
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
/** Searched between two steps: some 0.5 ms. */
const PIECE_BYTES = 524_288;
const REHEARSED_BYTES = 3;
/** So many that the compiler has taken up what is called for each. */
const REHEARSED_PIECES = 10;
/** Names looked at to see whether a text is in most of them. */
const SAMPLE_NAMES = 256;
/** Bytes on average from which on names are never looked into one by one. */
const LONG_NAME = 64;

interface NameSearch {
  readonly text: Uint8Array;
  readonly shifts: Uint32Array;
  readonly found: Uint8Array;
}

interface ByteSearch {
  readonly text: Uint8Array;
  readonly anchors: Anchors;
  readonly found: Uint8Array;
  readonly finder: ByteFinder;
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
