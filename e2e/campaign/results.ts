import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export type DoseName = 'small' | 'full';

/** How the last run of a campaign at one dose ended. */
export interface CampaignResult {
  readonly dose: string;
  readonly seed: number;
  readonly seconds: number;
  /** `2026-01-31` */
  readonly date: string;
  readonly violations: number;
  readonly measured: readonly string[];
}

/** By campaign, then by dose; a run replaces what was there. */
export type Results = Readonly<Record<string, Readonly<Partial<Record<DoseName, CampaignResult>>>>>;

export function readResults(path: string): Results {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Results) : {};
}

export function withResult(results: Results, name: string, dose: DoseName, result: CampaignResult): Results {
  return { ...results, [name]: { ...results[name], [dose]: result } };
}

export function writeResults(path: string, results: Results): void {
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
}
