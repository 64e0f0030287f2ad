import type { Material } from './dropped.ts';

/** Files that are shown beside the folders, by what one of them is wanted for; `file` is any that can be looked at. */
export const WANTED_FILES = ['config', 'file', 'certificates'] as const;
export type WantedFiles = (typeof WANTED_FILES)[number];

export interface FolderRequest {
  /** A folder, or a file in it; null begins at the first place. */
  readonly path: string | null;
  /** Folders only, if absent. */
  readonly files?: WantedFiles;
  /** Only names with this in them, whatever their case. */
  readonly text?: string;
}

/** What the first names in a folder say: a hint, not a promise. */
export type FolderHint = 'cache' | Material;

export interface FolderRow {
  readonly name: string;
  readonly path: string;
  readonly kind: 'folder' | 'file';
  /** Absent where nothing was seen, or there was no time to look. */
  readonly holds?: FolderHint;
}

export interface NamedFolder {
  readonly name: string;
  readonly path: string;
}

/** One folder of the machine Larder runs on. */
export interface FolderListing {
  readonly path: string;
  readonly holds?: FolderHint;
  /** From the place it lies under to the folder itself, which is the last. */
  readonly parts: readonly NamedFolder[];
  /** Where one may look: these folders, and what lies in them. */
  readonly places: readonly NamedFolder[];
  /** Folders before files, each by name; at most `FOLDER_ROWS_MAX`. */
  readonly rows: readonly FolderRow[];
  /** How many more there are. */
  readonly leftOff: number;
  /** There are still more: so many names were not read to their end. */
  readonly isCut: boolean;
  /** Links that lead out of the places, and are not followed. */
  readonly linksOut: number;
}

export const FOLDER_ROWS_MAX = 2_000;

export interface FolderMethods {
  /** Names only; no file is opened. @throws PATH_REFUSED outside of the places, FILE_NOT_FOUND, PERMISSION_DENIED */
  readonly 'folders.list': { readonly input: FolderRequest; readonly output: FolderListing };
}
