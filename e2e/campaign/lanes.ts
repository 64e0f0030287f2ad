import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { Campaign, CampaignContext } from './campaign.ts';
import type { CampaignRun } from './run-one.ts';
import { stopped } from './run-one.ts';

const CHILD = join(import.meta.dirname, 'campaign-child.ts');

/** What a campaign's process is told. */
export interface CampaignOrder extends Pick<CampaignContext, 'seed'> {
  readonly name: string;
  readonly python?: string | undefined;
}

/** Runs one campaign in a process of its own: what one of them does to its process, another one does not feel. */
export async function runApart(order: CampaignOrder): Promise<CampaignRun> {
  const child = fork(CHILD, [JSON.stringify(order)]);
  let run: CampaignRun | undefined;
  child.on('message', (message) => (run = message as CampaignRun));
  const end = await new Promise<string>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(String(code ?? signal)));
  });
  return run ?? { outcome: stopped(`The process of the campaign ended with ${end} and told nothing.`), seconds: 0 };
}

/**
 * Runs them so many at a time, in their order; what is asserted in seconds comes last and alone, because beside another
 * campaign it would measure that one too.
 */
export async function inLanes(campaigns: readonly Campaign[], lanes: number, run: (campaign: Campaign) => Promise<void>): Promise<void> {
  const waiting = campaigns.filter(({ isTimed }) => isTimed !== true);
  const lane = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  for (const campaign of campaigns.filter(({ isTimed }) => isTimed === true)) await run(campaign);
}
