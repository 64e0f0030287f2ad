/** `find-bytes.wat`, compiled. */
export const FIND_BYTES_WASM =
  'AGFzbQEAAAABDQFgCH9/f39/f39/AX8DAgEABQMBAAUHEQIGbWVtb3J5AgAEbmV4dAAACm0BawIDewF/IAP9DyEIIAX9DyEJIAf9DyEKAkADQCAAIAFPDQEgACACav0AAAAgCP0jIAAgBGr9AAAAIAn9I/1OIAAgBmr9AAAAIAr9I/1O/WQhCyALBEAgACALaGoPCyAAQRBqIQAMAAsLIAAL';

/** Bytes that are searched at once; they stay in the nearer caches of a core. */
export const FINDER_BYTES = 262_144;
/** An anchor lies this far from where the text begins, at most. */
export const MOST_OFFSET = 255;
/** How far `next` looks beyond the end. */
const OVERHANG = MOST_OFFSET + 16;

/** Two numbers for each: how far it is from the beginning of the text, and what it is. */
export type Anchors = readonly [offset0: number, byte0: number, offset1: number, byte1: number, offset2: number, byte2: number];

/** Finds where three bytes of a text lie as they do in it, sixteen places at once. It holds one piece of bytes, of whoever gave it last. */
export interface ByteFinder {
  /** @param bytes `FINDER_BYTES` of them at most are searched from `from` on, and what lies behind them is known too */
  load(bytes: Uint8Array, from: number): void;
  /** @returns the first place from `at` on, both counted from the beginning of the piece; `to` or more where there is none before it */
  next(at: number, to: number, ...anchors: Anchors): number;
}

interface Instance {
  readonly exports: { readonly memory: { readonly buffer: ArrayBuffer }; readonly next: ByteFinder['next'] };
}

/** As far as it is used; a process can be started without it. */
declare const WebAssembly: { Module: new (bytes: Uint8Array) => object; Instance: new (module: object) => Instance } | undefined;

let opened: ByteFinder | null | undefined;

/** The finder of this thread; undefined on a processor, or in a process, that has no WebAssembly with 128 bits. */
export function byteFinder(): ByteFinder | undefined {
  // Null stays: what a process does not have, it will not get.
  if (opened === undefined) opened = openFinder();
  return opened ?? undefined;
}

function openFinder(): ByteFinder | null {
  try {
    if (typeof WebAssembly === 'undefined') return null;
    const { memory, next } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(FIND_BYTES_WASM, 'base64'))).exports;
    const piece = new Uint8Array(memory.buffer);
    return {
      load: (bytes, from) => piece.set(bytes.subarray(from, from + FINDER_BYTES + OVERHANG)),
      next,
    };
  } catch {
    // Names are searched one by one then.
    return null;
  }
}
