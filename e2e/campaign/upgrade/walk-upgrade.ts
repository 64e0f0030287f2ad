import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { killUpgrade } from './kill-upgrade.ts';
import type { Strike } from './kill-upgrade.ts';
import { LATEST, makeOldCatalog } from './old-catalog.ts';

/** A catalog to be brought up to date. */
export interface OldCatalog {
  readonly version: number;
  /** Its last rows are in its log alone: the Larder that wrote it was cut off. */
  readonly isOpen: boolean;
}

export const OLD_CATALOGS: readonly OldCatalog[] = Array.from({ length: LATEST - 1 }, (_, n) => n + 1).flatMap((version) => [false, true].map((isOpen) => ({ version, isOpen })));

export function nameOf({ version, isOpen }: OldCatalog): string {
  return `upgrade of a catalog of version ${version}${isOpen ? ', cut off' : ''}`;
}

export interface UpgradeKills {
  readonly kills: number;
  /** The last strike met nothing: there is no call behind. */
  readonly isEnd: boolean;
  readonly violations: readonly string[];
}

/** Kills one upgrade after the other, until one ends by itself that was to be struck at a call. */
export async function killUpgrades(catalog: OldCatalog, strikes: Iterable<Strike>): Promise<UpgradeKills> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-old-catalog-'));
  const violations: string[] = [];
  let kills = 0;
  try {
    makeOldCatalog(folder, catalog.version, catalog.isOpen);
    for (const strike of strikes) {
      const run = await killUpgrade(folder, strike);
      const where = 'atCall' in strike ? `at call ${strike.atCall}` : `after ${strike.afterMs} ms`;
      violations.push(...run.violations.map((violation) => `${nameOf(catalog)}, killed ${where}: ${violation}`));
      if (run.wasKilled) kills++;
      else if ('atCall' in strike) return { kills, isEnd: true, violations };
    }
    return { kills, isEnd: false, violations };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
