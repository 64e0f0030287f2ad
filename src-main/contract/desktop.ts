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

/** A cache by its row in the catalog, one entry of it, or a file this page had saved: a page never sends a path. */
export type Revealed = RevealedCache | { readonly savedId: number };

export interface RevealedCache {
  readonly cacheId: number;
  readonly key?: string;
}

/** What became of a file that a page had saved. */
export interface SavedFile {
  /** The last part of its `blob:` address, by which its page knows it. */
  readonly blob: string;
  /** `cancelled`: the dialog was closed. */
  readonly outcome: 'completed' | 'cancelled' | 'interrupted';
  /** By which it can be shown in its folder, where it was completed. */
  readonly savedId?: number;
}

/** What the desktop tells its page, beside the news of the engine. */
export type DesktopMessage =
  | { readonly type: 'opened'; readonly opened: OpenedPath }
  | { readonly type: 'saved'; readonly saved: SavedFile }
  /** An item of the menu was chosen. */
  | { readonly type: 'command'; readonly command: AppCommandId };
