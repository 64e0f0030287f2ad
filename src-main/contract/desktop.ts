import type { AppCommandId } from './app-commands.ts';

/**
 * A file or folder of this machine that a person gave: dropped on the window, chosen in a dialog, or
 * opened from the system. The main process has looked that it is there.
 */
export interface OpenedPath {
  readonly path: string;
  /** Last part of the path. */
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** What a person can be asked for in a dialog of the system; `file` is any that can be looked at. */
export const CHOICES = ['config', 'cache', 'folder', 'file', 'certificates'] as const;
export type Choice = (typeof CHOICES)[number];

/** A cache by its row in the catalog, or one entry of it: a page never sends a path. */
export interface Revealed {
  readonly cacheId: number;
  readonly key?: string;
}

/** What the desktop tells its page, beside the news of the engine. */
export type DesktopMessage =
  | { readonly type: 'opened'; readonly opened: OpenedPath }
  /** An item of the menu was chosen. */
  | { readonly type: 'command'; readonly command: AppCommandId };
