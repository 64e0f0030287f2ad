import { viewOf } from './byte-source.ts';
import { LIMITS } from './limits.ts';
import { TorchProblem } from './problem.ts';
import { decodePythonText } from './python-text.ts';
import type { PyValue } from './py-value.ts';

/**
 * State of one pickle being read: position, stack, marks, memo, and what it was allowed to spend.
 * Every method throws TorchProblem `bad-pickle` instead of reading or popping what is not there.
 */
export class PickleMachine {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly memo = new Map<number, PyValue>();
  position = 0;
  /** Of the opcode under way. */
  opcodePosition = 0;
  protocol = 0;
  #stack: PyValue[] = [];
  readonly #marks: PyValue[][] = [];
  #createdBytes = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }

  fail(what: string): TorchProblem {
    const message = `data.pkl is damaged: ${what} at byte ${this.opcodePosition}.`;
    return new TorchProblem('bad-pickle', message, { what, offset: this.opcodePosition });
  }

  /** Start of the next `length` bytes, which are skipped. */
  take(length: number): number {
    const start = this.position;
    if (length > this.bytes.length - start) {
      this.opcodePosition = this.bytes.length;
      throw this.fail('the stream ends');
    }
    this.position = start + length;
    return start;
  }

  takeBytes(length: number): Uint8Array {
    const start = this.take(length);
    return this.bytes.subarray(start, start + length);
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  u64(): number {
    const value = this.view.getBigUint64(this.take(8), true);
    if (value > Number.MAX_SAFE_INTEGER) throw this.fail('a length is impossible');
    return Number(value);
  }

  takeText(length: number): string {
    const decoded = decodePythonText(this.takeBytes(length));
    if (decoded === undefined) throw this.fail('a text is not UTF-8');
    return decoded;
  }

  /** Up to the next newline, which is skipped. */
  takeLine(): string {
    const end = this.bytes.indexOf(0x0a, this.position);
    if (end < 0) {
      this.opcodePosition = this.bytes.length;
      throw this.fail('the stream ends');
    }
    const line = this.takeText(end - this.position);
    this.position = end + 1;
    return line;
  }

  push(value: PyValue): void {
    this.#stack.push(value);
  }

  pop(): PyValue {
    const value = this.#stack.pop();
    if (!value) throw this.fail('stack underflow');
    return value;
  }

  top(): PyValue {
    const value = this.#stack.at(-1);
    if (!value) throw this.fail('stack underflow');
    return value;
  }

  popMany(count: number): PyValue[] {
    if (this.#stack.length < count) throw this.fail('stack underflow');
    return this.#stack.splice(this.#stack.length - count, count);
  }

  mark(): void {
    this.#marks.push(this.#stack);
    this.#stack = [];
  }

  popMark(): PyValue[] {
    const below = this.#marks.pop();
    if (!below) throw this.fail('no mark');
    const items = this.#stack;
    this.#stack = below;
    return items;
  }

  /** POP on an empty segment drops the mark itself, as Python does. */
  popOrUnmark(): void {
    if (this.#stack.length > 0) this.#stack.pop();
    else this.popMark();
  }

  remember(slot: number): void {
    this.memo.set(slot, this.top());
  }

  recall(slot: number): PyValue {
    const value = this.memo.get(slot);
    if (!value) throw this.fail(`memo slot ${slot} is not set`);
    return value;
  }

  /** Books memory an operation is about to create, so that a short stream cannot fill the memory. */
  spend(bytes: number): void {
    this.#createdBytes += bytes;
    if (this.#createdBytes > LIMITS.createdBytes) throw this.fail('the stream unpacks to too much');
  }
}
