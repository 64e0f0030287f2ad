import { resolve } from 'node:path';

/** What happens at the n-th call to the file system. */
export const FAULT_KINDS = ['kill', 'EIO', 'ENOSPC', 'EDQUOT', 'EMFILE', 'EACCES', 'EROFS', 'ENOENT', 'short-read', 'short-write'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Which process meets it: the command itself, or a worker. */
export type FaultRole = 'main' | 'worker';

export interface FaultOrder {
  readonly kind: FaultKind;
  readonly role: FaultRole;
  /** Calls before it, from 0, of those the kind can meet. */
  readonly after: number;
  /** From then on at every call, not once. */
  readonly isLasting: boolean;
  /** Only calls on files below it count. */
  readonly root: string;
  /** Only calls on paths with one of these in them count; all do without it. */
  readonly about?: readonly string[];
  /** Written where the fault was met, with the name of the call. */
  readonly hitFile: string;
}

/** Nothing happens, and every call below the root is written down: each process of the command appends its own. */
export interface NoteOrder {
  readonly kind: 'note';
  readonly root: string;
  /** One {@link NotedCall} a line, as JSON. */
  readonly noteFile: string;
}

/** Variable in which the order reaches every process of the command. */
export const FAULT_VARIABLE = 'LARDER_CAMPAIGN_FAULT';

/**
 * Calls by what the system does for them. `openToMake` is any that may make the file, `openToWrite` one that may only write it; `readWhole` and `writeWhole`
 * open it by its path, so that they meet what an opening meets too.
 */
export type CallSort = 'open' | 'openToMake' | 'openToWrite' | 'list' | 'look' | 'read' | 'readWhole' | 'write' | 'writeWhole' | 'change' | 'sync';

const ALL: readonly CallSort[] = ['open', 'openToMake', 'openToWrite', 'list', 'look', 'read', 'readWhole', 'write', 'writeWhole', 'change', 'sync'];
const OPENING: readonly CallSort[] = ['open', 'openToMake', 'openToWrite', 'list', 'readWhole', 'writeWhole'];

const MEETS: Readonly<Record<FaultKind, readonly CallSort[]>> = {
  kill: ALL,
  EIO: ALL,
  ENOSPC: ['openToMake', 'write', 'writeWhole', 'change', 'sync'],
  EDQUOT: ['openToMake', 'write', 'writeWhole', 'change', 'sync'],
  EMFILE: OPENING,
  EACCES: [...OPENING, 'look', 'change'],
  EROFS: ['openToMake', 'openToWrite', 'write', 'writeWhole', 'change'],
  ENOENT: [...OPENING, 'look', 'change'],
  'short-read': ['read'],
  'short-write': ['write'],
};

/** True if this fault can happen to such a call: a read does not fill a disk; a file that is made takes one of the files a disk or a quota has. */
export function canMeet(kind: FaultKind, sort: CallSort): boolean {
  return MEETS[kind].includes(sort);
}

/** One call to the file system. */
export interface Call {
  readonly sort: CallSort;
  /** Whole ones: of the file it is about, or of both. */
  readonly paths: readonly string[];
  /** What is gone already is removed as it was to be. */
  readonly isForced: boolean;
  /** It reads into or writes from memory of its caller, and may do so in part. */
  readonly isShortable: boolean;
}

export interface NotedCall extends Call {
  readonly role: FaultRole;
}

export function isShort(kind: FaultKind): boolean {
  return kind === 'short-read' || kind === 'short-write';
}

export function isBelow(path: string, root: string): boolean {
  return path !== '' && `${resolve(path)}/`.startsWith(`${root}/`);
}

/** True if the order counts this call among those it waits for. */
export function isCounted({ kind, root, about }: Pick<FaultOrder, 'kind' | 'root' | 'about'>, { sort, paths, isForced, isShortable }: Call): boolean {
  if (!canMeet(kind, sort) || (kind === 'ENOENT' && isForced) || (isShort(kind) && !isShortable)) return false;
  return paths.some((path) => isBelow(path, root) && about?.every((mark) => !path.includes(mark)) !== true);
}
