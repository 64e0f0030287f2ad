/** Words of 32 bits a key has. */
const WORDS = 4;
const DIGITS = 32;
const DIGITS_PER_WORD = DIGITS / WORDS;
/** More than a set can have: beside a place, 24 bits of its key fit into a number. */
const PLACES = 2 ** 29;
/** Value of each hex digit by its character code, -1 for other characters. */
const VALUES = new Int8Array(128).fill(-1);
for (let digit = 0; digit < 16; digit++) VALUES[digit.toString(16).charCodeAt(0)] = digit;

/** Character codes of the digits. */
const CHARACTERS = Buffer.from('0123456789abcdef');
/** Where a key is put together: digit by digit takes a fifteenth of the time of `toString(16)`, which divides. */
const TEXT = Buffer.alloc(DIGITS);

/**
 * Keys of 32 lower-case hex digits, such as an md5, in some 30 bytes each instead of the hundred and more that a text in
 * a Set takes. They have places from 0 in the order in which they came, so that more can be kept of each in arrays.
 */
export class KeySet {
  /** The keys by their places. */
  #words = new Uint32Array(512 * WORDS);
  /** Where each is: its place and 1, 0 where none is. Open addressing with linear probing; an md5 is its own hash. */
  #slots = new Uint32Array(1024);
  #size = 0;
  #marks = new Uint8Array(512);
  #marked = 0;
  readonly #key = new Uint32Array(WORDS);

  get size(): number {
    return this.#size;
  }

  get markedSize(): number {
    return this.#marked;
  }

  /** @returns the place of the key, new or not @throws RangeError for anything but 32 lower-case hex digits */
  add(key: string): number {
    if (key.length !== DIGITS || !this.#parse(key, 0)) throw new RangeError(`"${key}" is no key of 32 hex digits`);
    return this.#put();
  }

  addAll(others: KeySet): void {
    for (let place = 0; place < others.#size; place++) {
      this.#key.set(others.#words.subarray(place * WORDS, (place + 1) * WORDS));
      this.#put();
    }
  }

  has(key: string): boolean {
    return this.placeOf(key) >= 0;
  }

  /** -1 for one that is not there. */
  placeOf(key: string): number {
    return key.length === DIGITS ? this.#find(key, 0) : -1;
  }

  /** The key at a place below `size`. */
  at(place: number): string {
    for (let word = 0; word < WORDS; word++) {
      const value = this.#words[place * WORDS + word]!;
      for (let i = 0; i < DIGITS_PER_WORD; i++) TEXT[word * DIGITS_PER_WORD + i] = CHARACTERS[(value >>> (4 * (DIGITS_PER_WORD - 1 - i))) & 15]!;
    }
    return TEXT.toString('latin1');
  }

  /** @param keys one after the other, without anything between them */
  hasAll(keys: string): boolean {
    for (let at = 0; at < keys.length; at += DIGITS) if (this.#find(keys, at) < 0) return false;
    return true;
  }

  /** @param keys one after the other, without anything between them; those that are not there are passed over */
  markAll(keys: string): void {
    for (let at = 0; at + DIGITS <= keys.length; at += DIGITS) {
      const place = this.#find(keys, at);
      if (place < 0 || this.#marks[place] === 1) continue;
      this.#marks[place] = 1;
      this.#marked++;
    }
  }

  /** In the order in which they came; what is marked meanwhile is left out. */
  *unmarked(): Generator<string> {
    for (let place = 0; place < this.#size; place++) if (this.#marks[place] === 0) yield this.at(place);
  }

  /** In the order in which they came. */
  *[Symbol.iterator](): Generator<string> {
    for (let place = 0; place < this.#size; place++) yield this.at(place);
  }

  /** Nearly in the order of the keys: by their first six digits. */
  *inKeyOrder(): Generator<string> {
    const order = new Float64Array(this.#size);
    for (let place = 0; place < order.length; place++) order[place] = (this.#words[place * WORDS]! >>> 8) * PLACES + place;
    order.sort();
    for (const packed of order) yield this.at(packed % PLACES);
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
    return this.#parse(text, at) ? this.#slots[this.#slot()]! - 1 : -1;
  }

  /** Where the key that was parsed last is, or where it would be put. */
  #slot(): number {
    const words = this.#words;
    const slots = this.#slots;
    const key = this.#key;
    const mask = slots.length - 1;
    for (let slot = key[0]! & mask; ; slot = (slot + 1) & mask) {
      const at = (slots[slot]! - 1) * WORDS;
      if (at < 0 || (words[at] === key[0] && words[at + 1] === key[1] && words[at + 2] === key[2] && words[at + 3] === key[3])) return slot;
    }
  }

  #put(): number {
    const slot = this.#slot();
    const there = this.#slots[slot]!;
    if (there > 0) return there - 1;
    const place = this.#size++;
    this.#words.set(this.#key, place * WORDS);
    this.#slots[slot] = place + 1;
    if (2 * this.#size >= this.#slots.length) this.#grow();
    return place;
  }

  #grow(): void {
    const words = this.#words;
    const marks = this.#marks;
    this.#words = new Uint32Array(words.length * 2);
    this.#words.set(words);
    this.#marks = new Uint8Array(marks.length * 2);
    this.#marks.set(marks);
    this.#slots = new Uint32Array(this.#slots.length * 2);
    const mask = this.#slots.length - 1;
    for (let place = 0; place < this.#size; place++) {
      let slot = words[place * WORDS]! & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = place + 1;
    }
  }
}
