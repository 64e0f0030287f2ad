import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { FullProgress } from './full/progress.ts';

/** How the last run of a campaign at the small dose ended. */
export interface CampaignResult {
  readonly dose: string;
  readonly seed: number;
  readonly seconds: number;
  /** `2026-01-31` */
  readonly date: string;
  readonly violations: number;
  readonly measured: readonly string[];
}

/** The last run at the small dose, and how far the full dose has come. */
export interface CampaignResults {
  readonly small?: CampaignResult;
  readonly full?: FullProgress;
}

/** By campaign. */
export type Results = Readonly<Record<string, CampaignResults>>;

export function readResults(path: string): Results {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : {};
}

export function withResult(results: Results, name: string, result: CampaignResults): Results {
  return { ...results, [name]: { ...results[name], ...result } };
}

export function writeResults(path: string, results: Results): void {
  // Whole or not at all: a stop may come at any moment.
  writeFileSync(`${path}.new`, `${JSON.stringify(results, null, 2)}\n`);
  renameSync(`${path}.new`, path);
}
