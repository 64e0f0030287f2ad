import type { EntryState } from './entries.ts';
import type { Finding } from './findings.ts';
import type { ParameterLine } from './plan.ts';

/** Something a person gave to look at: a path of this machine, or what a page could read of a file whose place it is not told. */
export type DroppedInput =
  | { readonly path: string }
  /** A list, whole. */
  | { readonly name: string; readonly text: string }
  /** A cached entry: its name says which it is. */
  | { readonly name: string }
  /** A raw volume: its beginning, base64. */
  | { readonly name: string; readonly head: string };

/** Bytes of a raw file that are looked at; a header is far shorter, also packed. */
export const HEAD_BYTES = 16 * 1024;
/** Longest text of a list a page may send, UTF-16 units; a longer list is looked at by its path. */
export const LIST_TEXT_MAX = 900_000;
export const LIST_ROWS_SHOWN = 200;

/** An item as a known cache has it. */
export interface KnownPlace {
  readonly cacheId: number;
  readonly label: string;
  readonly key: string;
  readonly name: string | null;
  readonly state: EntryState;
}

export interface ListedItem {
  readonly key: string;
  readonly name: string;
  /** Caches that have it, damaged or sound. */
  readonly cacheIds: readonly number[];
}

/** Folders that entries are made from: lines of text, font files. */
export type Material = 'corpus' | 'fonts';

/** What it is, and what is known about it. `view` is the number its picture is asked for by, null where the page alone has the file. Nothing on disk is changed by looking. */
export type Dropped = { readonly name: string; readonly path: string | null } & (
  | { readonly what: 'config' }
  | {
      readonly what: 'folder';
      /** What a kind makes entries from lies in it; absent for any other folder. */
      readonly holds?: Material;
    }
  | {
      readonly what: 'list';
      /** The number its whole mapping is asked for by, 32 hex digits. */
      readonly listId: string;
      readonly count: number;
      /** The first `LIST_ROWS_SHOWN`. */
      readonly items: readonly ListedItem[];
      /** Caches that have some of them, most first. */
      readonly caches: readonly { readonly cacheId: number; readonly label: string; readonly present: number }[];
    }
  | {
      readonly what: 'entry';
      readonly key: string;
      readonly places: readonly KnownPlace[];
      /** What the file itself says; null where only its name is known. */
      readonly facts: readonly ParameterLine[] | null;
      /** Of its tensor, channels first; null where it is not known or cannot be read. */
      readonly shape: readonly number[] | null;
      readonly view: string | null;
      readonly findings: readonly Finding[];
    }
  | {
      readonly what: 'raw';
      readonly facts: readonly ParameterLine[];
      /** Voxels along its axes, then channels or time points if there is more than one. */
      readonly shape: readonly number[];
      readonly view: string | null;
      readonly warnings: readonly string[];
      readonly key: string;
      readonly places: readonly KnownPlace[];
    }
  | { readonly what: 'unknown' }
);

export interface DroppedMethods {
  readonly 'dropped.look': { readonly input: DroppedInput; readonly output: Dropped };
}
