import type { Campaign } from './campaign.ts';
import type { Repair } from './repairs.ts';
import type { CampaignResult, Results } from './results.ts';

const HEAD = `# Trust

What was done to Larder to break it, what that found, and what was repaired. This page is written by \`npm run campaign\`; the figures are
those of the last run of each campaign.

\`\`\`sh
npm run campaign                       # every campaign at the small dose, two at a time; CI runs this
npm run campaign -- --only damage      # one of them
npm run campaign -- --full             # at the full dose, hours
npm run campaign -- --seed 7           # the chances of another run; every run prints its seed
\`\`\`

All chance comes from the seed, so a violation can be seen again. The checker of each campaign is tested by itself: its test plants
what it must see (\`npm run test:unit\`). Where a fault is placed at the n-th call, n grows until a run ends without meeting it: nothing
is left untried behind an early stop.
`;

/** The whole of docs/trust.md. */
export function renderTrust(campaigns: readonly Campaign[], results: Results, repairs: readonly Repair[]): string {
  return [HEAD, '## The campaigns', '', ...campaignTable(campaigns, results, repairs), ...campaigns.flatMap((campaign) => section(campaign, results, repairs)), ''].join('\n');
}

function campaignTable(campaigns: readonly Campaign[], results: Results, repairs: readonly Repair[]): string[] {
  const rows = campaigns.map((campaign) => {
    const { small, full } = results[campaign.name] ?? {};
    const found = repairs.filter((repair) => repair.campaign === campaign.name).length;
    return `| [${campaign.title}](#${anchorOf(campaign.title)}) | ${doseCell(small)} | ${doseCell(full)} | ${found} | ${found} | \`npm run campaign -- --only ${campaign.name}\` |`;
  });
  return ['| Campaign | Small dose, last run | Full dose, last run | Found | Fixed | How to run |', '|---|---|---|---:|---:|---|', ...rows];
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
    ...[small, full].flatMap((result) => (result === undefined ? [] : [runLine(result), ''])),
    ...((full ?? small)?.measured ?? []).map((line) => `- ${line}`),
    ...((full ?? small)?.measured.length ? [''] : []),
    ...(mine.length === 0 ? ['Found nothing that had to be repaired.'] : ['| Found | Now |', '|---|---|', ...mine.map(({ found, fixed }) => `| ${found} | ${fixed} |`)]),
  ];
}

function runLine({ dose, date, seed, seconds, violations }: CampaignResult): string {
  return `Last run ${date}, seed ${seed}: ${dose} in ${Math.round(seconds)} s; ${violations === 0 ? 'everything held' : `${violations} violations`}.`;
}
