import type { Campaign, CampaignContext, CampaignOutcome } from './campaign.ts';

/** One campaign, run. */
export interface CampaignRun {
  readonly outcome: CampaignOutcome;
  readonly seconds: number;
}

export async function runOne(campaign: Campaign, context: CampaignContext): Promise<CampaignRun> {
  const begun = performance.now();
  const outcome = await campaign.run(context).catch((error: unknown) => stopped(error instanceof Error ? (error.stack ?? error.message) : String(error)));
  return { outcome, seconds: Math.round((performance.now() - begun) / 100) / 10 };
}

/** A campaign that cannot go on has found something too, if only in itself. */
export function stopped(why: string): CampaignOutcome {
  return { dose: 'stopped', violations: [why], measured: [] };
}
