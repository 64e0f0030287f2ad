/** One campaign in a process of its own: name and context as JSON in the first argument; its run goes to the parent. */
import { CAMPAIGNS } from './campaigns.ts';
import type { CampaignOrder } from './lanes.ts';
import { runOne } from './run-one.ts';

const { name, seed, python } = JSON.parse(process.argv[2]!) as CampaignOrder;
const campaign = CAMPAIGNS.find((one) => one.name === name);
if (campaign === undefined) process.exit(1);
const run = await runOne(campaign, { seed, python, say: (line) => console.log(`  ${line}`) });
process.send!(run, () => process.disconnect());
