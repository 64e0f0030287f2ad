import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Settings } from '../../contract/settings.ts';
import { DEFAULT_SETTINGS, SETTINGS_FILE } from '../../contract/settings.ts';
import { errnoOf, fileError, writeFileAtomic } from '../../base/index.ts';
import { assertUsable } from './assert-usable.ts';
import { SETTINGS_SCHEMA } from './settings-schema.ts';

/**
 * The user's settings: one JSON file in the data folder, with only what differs from the defaults.
 * Read whenever it is asked for, since another process may have changed it; a file that is no
 * settings is set aside, never overwritten.
 */
export class SettingsStore {
  readonly path: string;
  readonly #onNotice: (message: string) => void;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(dataDirectory: string, onNotice: (message: string) => void) {
    this.path = join(dataDirectory, SETTINGS_FILE);
    this.#onNotice = onNotice;
  }

  /** @throws PERMISSION_DENIED, IO_FAILED for a file that is there and cannot be read or set aside */
  current(): Settings {
    const text = this.#read();
    if (text === undefined) return DEFAULT_SETTINGS;
    const parsed = SETTINGS_SCHEMA.safeParse({ ...DEFAULT_SETTINGS, ...recordOf(text) });
    if (parsed.success && recordOf(text) !== undefined) return parsed.data;
    this.#setAside();
    return DEFAULT_SETTINGS;
  }

  /**
   * Changes what is named; changes wait for each other.
   *
   * @throws ARGUMENT_INVALID for a value that cannot be used; DISK_FULL, PERMISSION_DENIED, READ_ONLY
   */
  async change(change: Partial<Settings>): Promise<Settings> {
    await assertUsable(change);
    const turn = this.#lastChange.then(() => this.#write({ ...this.current(), ...change }));
    this.#lastChange = turn.catch(() => undefined);
    return await turn;
  }

  async #write(settings: Settings): Promise<Settings> {
    const own = Object.fromEntries(Object.entries(settings).filter(([name, value]) => value !== DEFAULT_SETTINGS[name as keyof Settings]));
    try {
      await writeFileAtomic(this.path, `${JSON.stringify(own, null, 2)}\n`);
    } catch (error) {
      throw fileError(error, this.path, 'keeping the settings');
    }
    return settings;
  }

  #read(): string | undefined {
    try {
      return readFileSync(this.path, 'utf8');
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return undefined;
      throw fileError(error, this.path, 'reading the settings');
    }
  }

  #setAside(): void {
    const aside = `${this.path}.damaged-${new Date().toISOString().replaceAll(/[-:.]/g, '')}`;
    try {
      renameSync(this.path, aside);
    } catch (error) {
      // Another process may have set it aside at the same moment.
      if (errnoOf(error) === 'ENOENT') return;
      throw fileError(error, this.path, 'setting aside the damaged settings');
    }
    this.#onNotice(`The settings were damaged and set aside as ${aside}. The defaults count until they are set again.`);
  }
}

function recordOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
