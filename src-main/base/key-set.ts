/** Words of 32 bits a key has. */
const WORDS = 4;
const DIGITS = 32;
const DIGITS_PER_WORD = DIGITS / WORDS;
/** Value of each hex digit by its character code, -1 for other characters. */
const VALUES = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit++) VALUES[digit.toString(16).charCodeAt(0)] = digit;

/**
 * Keys of 32 lower-case hex digits, such as an md5, in 16 bytes each instead of the hundred and more that a text in a
 * Set takes: a million of them in 34 to 68 MB. Open addressing with linear probing; an md5 is its own hash.
 */
export class KeySet {
  #words = new Uint32Array(1024 * WORDS);
  /** 0 free, 1 there, 2 there and marked. */
  #states = new Uint8Array(1024);
  #size = 0;
  #marked = 0;
  readonly #key = new Uint32Array(WORDS);

  get size(): number {
    return this.#size;
  }

  get markedSize(): number {
    return this.#marked;
  }

  /** @throws RangeError for anything but 32 lower-case hex digits */
  add(key: string): void {
    if (key.length !== DIGITS || !this.#parse(key, 0)) throw new RangeError(`"${key}" is no key of 32 hex digits`);
    this.#put(this.#key, 1);
  }

  has(key: string): boolean {
    return key.length === DIGITS && this.#find(key, 0) >= 0;
  }

  /** @param keys one after the other, without anything between them */
  hasAll(keys: string): boolean {
    for (let at = 0; at < keys.length; at += DIGITS) if (this.#find(keys, at) < 0) return false;
    return true;
  }

  /** @param keys one after the other, without anything between them; those that are not there are passed over */
  markAll(keys: string): void {
    for (let at = 0; at + DIGITS <= keys.length; at += DIGITS) {
      const slot = this.#find(keys, at);
      if (slot < 0 || this.#states[slot] === 2) continue;
      this.#states[slot] = 2;
      this.#marked++;
    }
  }

  /** In no order that means anything. */
  *unmarked(): Generator<string> {
    for (let slot = 0; slot < this.#states.length; slot++) if (this.#states[slot] === 1) yield this.#text(slot);
  }

  /** @returns false for anything but hex digits in lower case */
  #parse(text: string, at: number): boolean {
    let isKey = true;
    for (let word = 0; word < WORDS; word++) {
      let value = 0;
      for (let i = at + word * DIGITS_PER_WORD; i < at + (word + 1) * DIGITS_PER_WORD; i++) {
        const digit = VALUES[text.charCodeAt(i)] ?? -1;
        isKey &&= digit >= 0;
        value = (value << 4) | digit;
      }
      this.#key[word] = value;
    }
    return isKey;
  }

  #find(text: string, at: number): number {
    if (!this.#parse(text, at)) return -1;
    const slot = this.#slotOf(this.#key);
    return this.#states[slot] === 0 ? -1 : slot;
  }

  /** Where this key is, or where it would be put. */
  #slotOf(key: Uint32Array): number {
    const words = this.#words;
    const mask = this.#states.length - 1;
    for (let slot = key[0]! & mask; ; slot = (slot + 1) & mask) {
      const at = slot * WORDS;
      if (this.#states[slot] === 0 || (words[at] === key[0] && words[at + 1] === key[1] && words[at + 2] === key[2] && words[at + 3] === key[3])) return slot;
    }
  }

  #put(key: Uint32Array, state: number): void {
    if (2 * this.#size >= this.#states.length) this.#grow();
    const slot = this.#slotOf(key);
    if (this.#states[slot] !== 0) return;
    this.#states[slot] = state;
    this.#words.set(key, slot * WORDS);
    this.#size++;
  }

  #grow(): void {
    const words = this.#words;
    const states = this.#states;
    this.#words = new Uint32Array(words.length * 2);
    this.#states = new Uint8Array(states.length * 2);
    this.#size = 0;
    for (let slot = 0; slot < states.length; slot++) if (states[slot] !== 0) this.#put(words.subarray(slot * WORDS, (slot + 1) * WORDS), states[slot]!);
  }

  #text(slot: number): string {
    return Array.from(this.#words.subarray(slot * WORDS, (slot + 1) * WORDS), (word) => word.toString(16).padStart(8, '0')).join('');
  }
}
