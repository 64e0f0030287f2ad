import type { Campaign } from './campaign.ts';
import type { Repair } from './repairs.ts';
import { fullCell, fullLines } from './full/reached.ts';
import type { CampaignResult, Results } from './results.ts';

const HEAD = `# Trust

What was done to Larder to break it, what that found, and what was repaired. This page is written by \`npm run campaign\`; the figures are
those of the last run of each campaign, and of the full dose as far as it has come.

\`\`\`sh
npm run campaign                       # every campaign at the small dose, two at a time; CI runs this
npm run campaign -- --only damage      # one of them
npm run campaign -- --full             # the full dose, in portions; goes on where it stopped
npm run campaign -- --full --minutes 30
npm run campaign -- --seed 7           # the chances of another run; every run prints its seed
\`\`\`

The full dose takes days of one computer and is done in portions of about a minute, each with a seed of its own that is made of the printed
one. After every portion what was reached is written down here, so that it can be stopped at any moment (Ctrl-C) and goes on from there.
A portion that found something does not count; it is tried again first, alone with \`--portion\` and the place it printed, until it holds.
How many were tried again and then held is said with the campaign, whether or not anything was repaired in between.

All chance comes from the seed. Where a campaign tries so many things, the seed brings a violation back; hostile files are tried for so much
processor time, and how many that are depends on the machine, so every file that broke something is kept whole (\`e2e/campaign/hostile/found\`)
and tried first in every later run. The checker of each campaign is tested by itself: its test plants
what it must see (\`npm run test:unit\`). Where the full dose places a fault at the n-th call, n grows until a run ends without meeting it:
nothing is left untried behind an early stop. The small dose notes the calls of an undisturbed run and places faults at some of them, so
that every kind of fault and every command is met.
`;

/** The whole of docs/trust.md. */
export function renderTrust(campaigns: readonly Campaign[], results: Results, repairs: readonly Repair[]): string {
  return [HEAD, '## The campaigns', '', ...campaignTable(campaigns, results, repairs), ...campaigns.flatMap((campaign) => section(campaign, results, repairs)), ''].join('\n');
}

function campaignTable(campaigns: readonly Campaign[], results: Results, repairs: readonly Repair[]): string[] {
  const rows = campaigns.map((campaign) => {
    const { small, full } = results[campaign.name] ?? {};
    const mine = repairs.filter((repair) => repair.campaign === campaign.name);
    const found = mine.length;
    const fixed = mine.filter((repair) => repair.fixed !== null).length;
    return `| [${campaign.title}](#${anchorOf(campaign.title)}) | ${doseCell(small)} | ${full === undefined ? 'not run yet' : fullCell(campaign.parts, full)} | ${found} | ${fixed} | \`npm run campaign -- --only ${campaign.name}\` |`;
  });
  return ['| Campaign | Small dose, last run | Full dose, reached of what is asked | Found | Fixed | How to run |', '|---|---|---|---:|---:|---|', ...rows];
}

function doseCell(result: CampaignResult | undefined): string {
  if (result === undefined) return 'not run yet';
  return `${result.dose}: ${result.violations === 0 ? 'all held' : `**${result.violations} violations**`}`;
}

/** As GitHub makes it of a heading. */
function anchorOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^\p{L}\p{N} -]/gu, '').replaceAll(' ', '-');
}

function section(campaign: Campaign, results: Results, repairs: readonly Repair[]): string[] {
  const { small, full } = results[campaign.name] ?? {};
  const mine = repairs.filter((repair) => repair.campaign === campaign.name);
  return [
    '',
    `## ${campaign.title}`,
    '',
    `**Tried:** ${campaign.attempt}`,
    '',
    `**Must hold:** ${campaign.promise}`,
    '',
    ...(small === undefined ? [] : [runLine(small), '', ...small.measured.map((line) => `- ${line}`), ...(small.measured.length > 0 ? [''] : [])]),
    ...(full === undefined ? [] : fullLines(campaign.parts, full)),
    ...(mine.length === 0 ? ['Found nothing that had to be repaired.'] : ['| Found | Now |', '|---|---|', ...mine.map(({ found, fixed }) => `| ${found} | ${fixed ?? '**not repaired yet**'} |`)]),
  ];
}

function runLine({ dose, date, seed, seconds, violations }: CampaignResult): string {
  return `Last run ${date}, seed ${seed}: ${dose} in ${Math.round(seconds)} s; ${violations === 0 ? 'everything held' : `${violations} violations`}.`;
}
