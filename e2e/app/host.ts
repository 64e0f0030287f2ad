import type { Page } from 'playwright';

export const HOST_NAMES = ['browser', 'standin', 'electron'] as const;
export type HostName = (typeof HOST_NAMES)[number];

/** What a host can do at all; specs are left out by these and by nothing else. */
export interface Capabilities {
  /** Dialogs of the system, menus, files opened from it, paths of dropped files. */
  readonly isDesktop: boolean;
  /** What the app asks of the system can be looked at: notifications, sleep, progress. */
  readonly recordsSystem: boolean;
}

/** One running app, whichever door it has. */
export interface Host {
  readonly capabilities: Capabilities;
  /** Of the process that answers the page. */
  readonly pid: number;
  /** The page as it is now: after a crash it is another one. */
  readonly page: Page;
  /** Everything that was asked of the system so far, by name; empty where it cannot be seen. */
  asked(name: string): readonly (readonly unknown[])[];
  /** Waits for a question of the app and answers it. @returns its text */
  answerDialog(answer: unknown): Promise<string>;
  /** Drops files and folders of this machine onto the window. */
  drop(paths: readonly string[]): Promise<void>;
  clickMenu(id: string): Promise<void>;
  /** The system says that it falls asleep, and that it has woken up. */
  sleep(): Promise<void>;
  /** A person drags the window there. */
  moveWindow(x: number, y: number): Promise<void>;
  /** Another window of the system comes to the front. */
  lookAway(): Promise<void>;
  crashRenderer(): Promise<void>;
  /** Starts the app once more beside this one, with files to open. @returns once it has ended by itself */
  startSecond(words: readonly string[]): Promise<void>;
  /** As by the menu or Ctrl-Q; questions have to be answered. */
  quit(): void;
  /** Until the process has ended by itself. */
  ended(): Promise<void>;
  /** What the process said that has the engine in it. */
  engineLog(): string;
  /** The same, and what pages complained about. */
  said(): string;
  close(): Promise<void>;
}

export interface HostOptions {
  /** For data, settings and everything else of this user. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly words?: readonly string[];
}
