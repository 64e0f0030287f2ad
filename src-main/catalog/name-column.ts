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
  #used = 0;

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
    this.lengths[slot] = -1;
    if (utf8 === null) return;
    const folded = this.#isAscii(utf8) ? utf8 : foldText(Buffer.from(utf8.buffer, utf8.byteOffset, utf8.length).toString('utf8'));
    this.#reserveBytes(folded.length);
    const { bytes } = this;
    const start = this.#used;
    for (let i = 0; i < folded.length; i++) {
      const byte = folded[i]!;
      bytes[start + i] = byte >= UPPER_A && byte <= UPPER_Z ? byte + 32 : byte;
    }
    this.starts[slot] = start;
    this.lengths[slot] = folded.length;
    this.#used += folded.length;
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
   * Clears `matches[slot]` where the name does not contain the folded text. Horspool's search (R. N. Horspool, 1980): after a
   * mismatch the last byte of the window says how far the window can move. No text matches everything, also rows without a name.
   */
  keepContaining(text: Uint8Array, matches: Uint8Array, slots: number): void {
    if (text.length === 0) return;
    const { bytes, starts, lengths } = this;
    const last = text.length - 1;
    const lastByte = text[last]!;
    const shifts = shiftTable(text);
    for (let slot = 0; slot < slots; slot++) {
      if (matches[slot] === 0) continue;
      const end = starts[slot]! + lengths[slot]!;
      let found = 0;
      for (let at = starts[slot]! + last; at < end; ) {
        const byte = bytes[at]!;
        if (byte === lastByte) {
          let i = last - 1;
          while (i >= 0 && bytes[at - last + i] === text[i]) i--;
          if (i < 0) {
            found = 1;
            break;
          }
        }
        at += shifts[byte]!;
      }
      matches[slot] = found;
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

function shiftTable(text: Uint8Array): Uint32Array {
  const shifts = new Uint32Array(256).fill(text.length);
  for (let i = 0; i < text.length - 1; i++) shifts[text[i]!] = text.length - 1 - i;
  return shifts;
}
