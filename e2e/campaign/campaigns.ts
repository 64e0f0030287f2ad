import type { Campaign } from './campaign.ts';
import { damageCampaign } from './damage/campaign.ts';

/** All of them, in the order they run: a further one is a folder and a line here. */
export const CAMPAIGNS: readonly Campaign[] = [damageCampaign];
