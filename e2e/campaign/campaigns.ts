import type { Campaign } from './campaign.ts';
import { clockCampaign } from './clock/campaign.ts';
import { damageCampaign } from './damage/campaign.ts';
import { diskCampaign } from './disk/campaign.ts';
import { doorCampaign } from './door/campaign.ts';
import { ioCampaign } from './faults/io-campaign.ts';
import { killCampaign } from './faults/kill-campaign.ts';
import { historiesCampaign } from './histories/campaign.ts';
import { hostileCampaign } from './hostile/campaign.ts';
import { manyCampaign } from './many/campaign.ts';
import { networkCampaign } from './network/campaign.ts';
import { soakCampaign } from './soak/campaign.ts';

/** All of them, in the order they run: a further one is a folder and a line here. */
export const CAMPAIGNS: readonly Campaign[] = [damageCampaign, hostileCampaign, networkCampaign, doorCampaign, historiesCampaign, clockCampaign, manyCampaign, killCampaign, diskCampaign, ioCampaign, soakCampaign];
