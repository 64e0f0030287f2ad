/**
 * `npm run campaign`: tries to break Larder, and writes down in docs/trust.md how that went. Exits with 1 if something
 * did not hold.
 *
 *   --full         the full dose: hours
 *   --only NAME    one campaign, or several with commas
 *   --seed N       the chances of an earlier run, which printed it
 *   --python PATH  an interpreter with PyTorch to ask the same; otherwise .venv-interop, where `npm run test:interop` made it
 *   --list         only says what there is
 *   --document     only writes docs/trust.md anew from the last results
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import ensureBuilt from '../browser/ensure-built.ts';
import type { Campaign, CampaignContext, CampaignOutcome } from './campaign.ts';
import { CAMPAIGNS } from './campaigns.ts';
import { renderTrust } from './document.ts';
import { REPAIRS } from './repairs.ts';
import { readResults, withResult, writeResults } from './results.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENT = join(ROOT, 'docs', 'trust.md');
const RESULTS = join(import.meta.dirname, 'results.json');
const PYTHON = join(ROOT, '.venv-interop', 'bin', 'python');
const SEED_MAX = 2 ** 31;

const { values } = parseArgs({ options: { full: { type: 'boolean', default: false }, only: { type: 'string' }, seed: { type: 'string' }, python: { type: 'string' }, list: { type: 'boolean', default: false }, document: { type: 'boolean', default: false } } });

function chosen(only: string | undefined): readonly Campaign[] {
  if (only === undefined) return CAMPAIGNS;
  return only.split(',').map((name) => {
    const campaign = CAMPAIGNS.find((one) => one.name === name);
    if (campaign === undefined) throw new Error(`There is no campaign ${name}. There are: ${CAMPAIGNS.map((one) => one.name).join(', ')}.`);
    return campaign;
  });
}

function seedOf(text: string | undefined): number {
  if (text === undefined) return Math.floor(Math.random() * SEED_MAX);
  if (!/^\d{1,10}$/.test(text)) throw new Error(`A seed is a whole number: ${text} is none.`);
  return Number(text);
}

async function runOne(campaign: Campaign, context: CampaignContext): Promise<CampaignOutcome> {
  try {
    return await campaign.run(context);
  } catch (error) {
    // A campaign that cannot go on has found something too, if only in itself.
    return { dose: 'stopped', violations: [error instanceof Error ? (error.stack ?? error.message) : String(error)], measured: [] };
  }
}

function tell({ dose, violations, measured }: CampaignOutcome, seconds: number): void {
  console.log(`  ${dose} in ${seconds.toFixed(0)} s: ${violations.length === 0 ? 'all held' : `${violations.length} VIOLATIONS`}`);
  for (const line of measured) console.log(`  ${line}`);
  for (const violation of violations) console.log(`  ! ${violation}`);
}

async function main(): Promise<number> {
  const campaigns = chosen(values.only);
  if (values.list) {
    for (const { name, title } of campaigns) console.log(`${name.padEnd(10)} ${title}`);
    return 0;
  }
  if (values.document) {
    writeFileSync(DOCUMENT, renderTrust(CAMPAIGNS, readResults(RESULTS), REPAIRS));
    return 0;
  }
  await ensureBuilt();
  const seed = seedOf(values.seed);
  const python = values.python ?? (existsSync(PYTHON) ? PYTHON : undefined);
  console.log(`seed ${seed}, ${values.full ? 'full' : 'small'} dose, ${python === undefined ? 'no Python beside it' : `beside ${python}`}`);
  let failed = 0;
  const startedAt = performance.now();
  for (const campaign of campaigns) {
    console.log(campaign.title);
    const begun = performance.now();
    const outcome = await runOne(campaign, { seed, isFull: values.full, python, say: (line) => console.log(`  ${line}`) });
    const seconds = Math.round((performance.now() - begun) / 100) / 10;
    tell(outcome, seconds);
    if (outcome.violations.length > 0) failed++;
    const result = { dose: outcome.dose, seed, seconds, date: new Date().toISOString().slice(0, 10), violations: outcome.violations.length, measured: outcome.measured };
    const results = withResult(readResults(RESULTS), campaign.name, values.full ? 'full' : 'small', result);
    writeResults(RESULTS, results);
    writeFileSync(DOCUMENT, renderTrust(CAMPAIGNS, results, REPAIRS));
  }
  console.log(`${failed === 0 ? 'Everything held' : `${failed} campaigns found something`}; ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes, seed ${seed}. Written to docs/trust.md.`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
