import { PLAIN_LOOPS, type RowLoops } from './preprocess-loops.ts';

/** `preprocess-simd.wat`, compiled. */
export const SIMD_WASM =
  'AGFzbQEAAAABKARgBX9/f398AGAKf39/f39/fHx8fABgBn9/f39/fwBgBn9/fH98fwACDQEGbWVtb3J5ATACAAADCAcAAAABAgMDB2AHCmJsZW5kSW50MTYAAAxibGVuZEZsb2F0MzIAAQlibGVuZFJvd3MAAg5zYW1wbGVXaW5kb3dlZAADCWFwcGx5QmFuZAAECnNldFR3b1Jvd3MABQphZGRUd29Sb3dzAAYK1woHjgIDAX8EewF8IAT9FCEGIAAgA0F8cUEDdGohBQJAA0AgACAFTw0BIAH9AwAAIQcgAv0DAAAhCCAH/f4BIQkgACAJIAj9/gEgCf3xASAG/fIB/fAB/QsDACAHIAf9DQgJCgsMDQ4PAAECAwQFBgchByAIIAj9DQgJCgsMDQ4PAAECAwQFBgchCCAH/f4BIQkgACAJIAj9/gEgCf3xASAG/fIB/fAB/QsDECAAQSBqIQAgAUEIaiEBIAJBCGohAgwACwsgACADQQNxQQN0aiEFAkADQCAAIAVPDQEgAS4BALchCiAAIAogAi4BALcgCqEgBKKgOQMAIABBCGohACABQQJqIQEgAkECaiECDAALCwuKAQMBfwJ7AXwgBP0UIQYgACADQX5xQQN0aiEFAkADQCAAIAVPDQEgAf1dAgD9XyEHIAAgByAC/V0CAP1fIAf98QEgBv3yAf3wAf0LAwAgAEEQaiEAIAFBCGohASACQQhqIQIMAAsLIANBAXEEQCABKgIAuyEIIAAgCCACKgIAuyAIoSAEoqA5AwALC4QBAwF/AnsBfCAE/RQhBiAAIANBfnFBA3RqIQUCQANAIAAgBU8NASAB/QADACEHIAAgByAC/QADACAH/fEBIAb98gH98AH9CwMAIABBEGohACABQRBqIQEgAkEQaiECDAALCyADQQFxBEAgASsDACEIIAAgCCACKwMAIAihIASioDkDAAsL8wIFA38IewF8AnsBfCAG/RQhECAH/RQhESAI/RQhEiAJ/RQhE0QAAAAAAADgP/0UIRQgCEQAAAAAAAAwQaIhFSAV/RQhFiAW/e0BIRcgACAEQX5xQQN0aiEKAkADQCAAIApPDQEgASACKAIAQQN0aiELIAEgAigCBEEDdGohDCAMIAv9XQMA/VcDAAEhDiAMIAVqIAsgBWr9XQMA/VcDAAEhDSAOIA0gDv3xASAD/QADAP3yAf3wASAQ/fIBIBH98AEhDyAPIBb99gEgF/33ASEPIAAgDyAS/fAB/ewBIA8gEv3xAf3sAf3xASAU/fIBIBP98AH9CwMAIABBEGohACACQQhqIQIgA0EQaiEDDAALCyAEQQFxBEAgASACKAIAQQN0aiELIAsrAwAhGCAYIAsgBWorAwAgGKEgAysDAKKgIAaiIAegIRggGCAVpCAVmqUhGCAAIBggCKCZIBggCKGZoUQAAAAAAADgP6IgCaA5AwALC6oBAgN/AXsgACAEQQN0aiEGIAVBA3QhBQJAA0AgACAGTw0BIAEgAigCAEEDdGohByAHIAVqIQj9DAAAAAAAAAAAAAAAAAAAAAAhCQNAIAkgB/0AAwAgA/0AAwD98gEgB/0AAxAgA/0AAxD98gH98AH98AEhCSADQSBqIQMgB0EgaiIHIAhJDQALIAAgCf0hACAJ/SEBoDkDACAAQQhqIQAgAkEEaiECDAALCwuAAQIBfwJ7IAL9FCEHIAT9FCEIIAAgBUF+cUEDdGohBgJAA0AgACAGTw0BIAAgAf0AAwAgB/3yASAD/QADACAI/fIB/fAB/QsDACAAQRBqIQAgAUEQaiEBIANBEGohAwwACwsgBUEBcQRAIAAgASsDACACoiADKwMAIASioDkDAAsLjwECAX8CeyAC/RQhByAE/RQhCCAAIAVBfnFBA3RqIQYCQANAIAAgBk8NASAAIAD9AAMAIAH9AAMAIAf98gEgA/0AAwAgCP3yAf3wAf3wAf0LAwAgAEEQaiEAIAFBEGohASADQRBqIQMMAAsLIAVBAXEEQCAAIAArAwAgASsDACACoiADKwMAIASioKA5AwALCw==';

const PAGE_BYTES = 65_536;
/** A larger memory is not kept for the next volume. */
const KEPT_BYTES_MAX = 64 * 2 ** 20;
/** A vector lies within one line of the cache. */
const ALIGNMENT = 16;

/** The functions of `preprocess-simd.wat`; arrays by their address. */
interface Exports {
  blendInt16(target: number, a: number, b: number, count: number, weight: number): void;
  blendFloat32(target: number, a: number, b: number, count: number, weight: number): void;
  blendRows(target: number, a: number, b: number, count: number, weight: number): void;
  sampleWindowed(target: number, line: number, lower: number, weight: number, count: number, step: number, factor: number, shift: number, half: number, middle: number): void;
  applyBand(target: number, row: number, starts: number, weights: number, count: number, width: number): void;
  setTwoRows(target: number, a: number, weightA: number, b: number, weightB: number, count: number): void;
  addTwoRows(target: number, a: number, weightA: number, b: number, weightB: number, count: number): void;
}

interface Memory {
  readonly buffer: ArrayBuffer;
}

/** As far as it is used; a process can be started without it. */
declare const WebAssembly:
  | {
      Memory: new (size: { readonly initial: number }) => Memory;
      Module: new (bytes: Uint8Array) => object;
      Instance: new (module: object, imports: { readonly memory: readonly [Memory] }) => { readonly exports: Exports };
    }
  | undefined;

let compiled: object | undefined;
/** Of the last volume of this thread, for the next one. */
let kept: Simd | undefined;

/**
 * Loops that take two values at a time (WebAssembly, 128 bits), with the same results as `PLAIN_LOOPS` to the bit. A system takes memory
 * only where something is written, so that asking for more than is needed costs nothing.
 *
 * @param bytes of all arrays together; what is asked for beyond them is kept elsewhere, and the loops are the plain ones then
 * @returns `PLAIN_LOOPS` on a processor, or in a process, that has no such vectors
 */
export function openLoops(bytes: number): RowLoops {
  if (kept !== undefined && kept.capacity >= bytes) {
    const loops = kept.begin();
    kept = undefined;
    return loops;
  }
  try {
    if (typeof WebAssembly === 'undefined') return PLAIN_LOOPS;
    compiled ??= new WebAssembly.Module(Buffer.from(SIMD_WASM, 'base64'));
    const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / PAGE_BYTES) });
    return new Simd(new WebAssembly.Instance(compiled, { memory: [memory] }).exports, memory.buffer).begin();
  } catch {
    // No vectors, or no address space for another memory.
    return PLAIN_LOOPS;
  }
}

function keepForNext(simd: Simd): void {
  if (simd.capacity <= KEPT_BYTES_MAX) kept = simd;
}

class Simd {
  readonly capacity: number;
  readonly #exports: Exports;
  readonly #buffer: ArrayBuffer;
  #used = 0;
  /** Whether an array found no place in the memory, where alone the exports find it. */
  #isSpilled = false;

  constructor(exports: Exports, buffer: ArrayBuffer) {
    this.#exports = exports;
    this.#buffer = buffer;
    this.capacity = buffer.byteLength;
  }

  begin(): RowLoops {
    this.#used = 0;
    this.#isSpilled = false;
    const { blendInt16, blendFloat32, blendRows, sampleWindowed, applyBand, setTwoRows, addTwoRows } = this.#exports;
    const isHere = ({ buffer }: { readonly buffer: ArrayBufferLike }): boolean => buffer === this.#buffer;
    return {
      float64: (length) => {
        const at = this.#take(length * 8);
        return at === undefined ? new Float64Array(length) : new Float64Array(this.#buffer, at, length).fill(0);
      },
      int32: (length) => {
        const at = this.#take(length * 4);
        return at === undefined ? new Int32Array(length) : new Int32Array(this.#buffer, at, length).fill(0);
      },
      bytes: (length) => {
        const at = this.#take(length);
        return at === undefined ? new Uint8Array(length) : new Uint8Array(this.#buffer, at, length);
      },
      blendSlices: (target, targetOffset, a, b, offset, count, weight) => {
        if (this.#isSpilled || !isHere(a) || !isHere(b)) PLAIN_LOOPS.blendSlices(target, targetOffset, a, b, offset, count, weight);
        else if (a instanceof Int16Array) blendInt16(target.byteOffset + targetOffset * 8, a.byteOffset + offset * 2, b.byteOffset + offset * 2, count, weight);
        else blendFloat32(target.byteOffset + targetOffset * 8, a.byteOffset + offset * 4, b.byteOffset + offset * 4, count, weight);
      },
      blendRows: (target, targetOffset, rows, a, b, count, weight) => {
        if (this.#isSpilled) PLAIN_LOOPS.blendRows(target, targetOffset, rows, a, b, count, weight);
        else blendRows(target.byteOffset + targetOffset * 8, rows.byteOffset + a * 8, rows.byteOffset + b * 8, count, weight);
      },
      sampleWindowed: (target, targetOffset, line, lineOffset, lower, weight, step, window) => {
        const { factor, shift, half, middle } = window;
        if (this.#isSpilled || !(half >= 0 && half < Infinity)) PLAIN_LOOPS.sampleWindowed(target, targetOffset, line, lineOffset, lower, weight, step, window);
        else sampleWindowed(target.byteOffset + targetOffset * 8, line.byteOffset + lineOffset * 8, lower.byteOffset, weight.byteOffset, lower.length, step * 8, factor, shift, half, middle);
      },
      applyBand: (target, targetOffset, row, starts, weights, width) => {
        if (this.#isSpilled) PLAIN_LOOPS.applyBand(target, targetOffset, row, starts, weights, width);
        else applyBand(target.byteOffset + targetOffset * 8, row.byteOffset, starts.byteOffset, weights.byteOffset, starts.length, width);
      },
      setTwoRows: (target, rows, a, weightA, b, weightB) => {
        if (this.#isSpilled) PLAIN_LOOPS.setTwoRows(target, rows, a, weightA, b, weightB);
        else setTwoRows(target.byteOffset, rows.byteOffset + a * 8, weightA, rows.byteOffset + b * 8, weightB, target.length);
      },
      addTwoRows: (target, rows, a, weightA, b, weightB) => {
        if (this.#isSpilled) PLAIN_LOOPS.addTwoRows(target, rows, a, weightA, b, weightB);
        else addTwoRows(target.byteOffset, rows.byteOffset + a * 8, weightA, rows.byteOffset + b * 8, weightB, target.length);
      },
      mark: () => this.#used,
      rewind: (mark) => {
        this.#used = mark;
      },
      release: () => keepForNext(this),
    };
  }

  #take(bytes: number): number | undefined {
    const at = this.#used;
    if (at + bytes > this.capacity) {
      this.#isSpilled = true;
      return undefined;
    }
    this.#used = Math.ceil((at + bytes) / ALIGNMENT) * ALIGNMENT;
    return at;
  }
}
