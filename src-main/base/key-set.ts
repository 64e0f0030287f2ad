/** Words of 32 bits a key has. */
const WORDS = 4;
const KEY = /^[0-9a-f]{32}$/;

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
    if (!KEY.test(key)) throw new RangeError(`"${key}" is no key of 32 hex digits`);
    this.#parse(key);
    this.#put(this.#key, 1);
  }

  has(key: string): boolean {
    return this.#find(key) >= 0;
  }

  /** @returns whether the key is there */
  mark(key: string): boolean {
    const slot = this.#find(key);
    if (slot < 0) return false;
    if (this.#states[slot] === 1) this.#marked++;
    this.#states[slot] = 2;
    return true;
  }

  /** In no order that means anything. */
  *unmarked(): Generator<string> {
    for (let slot = 0; slot < this.#states.length; slot++) if (this.#states[slot] === 1) yield this.#text(slot);
  }

  #parse(key: string): void {
    for (let i = 0; i < WORDS; i++) this.#key[i] = Number.parseInt(key.slice(8 * i, 8 * i + 8), 16);
  }

  #find(key: string): number {
    if (!KEY.test(key)) return -1;
    this.#parse(key);
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
