/**
 * `npm run campaign`: tries to break Larder, and writes down in docs/trust.md how that went. Exits with 1 if something
 * did not hold.
 *
 *   --full         the full dose: hours
 *   --only NAME    one campaign, or several with commas
 *   --at-once N    so many at a time; two, or one at the full dose
 *   --seed N       the chances of an earlier run, which printed it
 *   --python PATH  an interpreter with PyTorch to ask the same; otherwise .venv-interop, where `npm run test:interop` made it
 *   --list         only says what there is
 *   --document     only writes docs/trust.md anew from the last results
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import ensureBuilt from '../browser/ensure-built.ts';
import type { Campaign, CampaignOutcome } from './campaign.ts';
import { CAMPAIGNS } from './campaigns.ts';
import { renderTrust } from './document.ts';
import { inLanes, runApart } from './lanes.ts';
import { REPAIRS } from './repairs.ts';
import { readResults, withResult, writeResults } from './results.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENT = join(ROOT, 'docs', 'trust.md');
const RESULTS = join(import.meta.dirname, 'results.json');
const PYTHON = join(ROOT, '.venv-interop', 'bin', 'python');
const SEED_MAX = 2 ** 31;

const { values } = parseArgs({ options: { full: { type: 'boolean', default: false }, only: { type: 'string' }, 'at-once': { type: 'string' }, seed: { type: 'string' }, python: { type: 'string' }, list: { type: 'boolean', default: false }, document: { type: 'boolean', default: false } } });

function chosen(only: string | undefined): readonly Campaign[] {
  if (only === undefined) return CAMPAIGNS;
  return only.split(',').map((name) => {
    const campaign = CAMPAIGNS.find((one) => one.name === name);
    if (campaign === undefined) throw new Error(`There is no campaign ${name}. There are: ${CAMPAIGNS.map((one) => one.name).join(', ')}.`);
    return campaign;
  });
}

function wholeNumber(name: string, text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  if (!/^\d{1,10}$/.test(text)) throw new Error(`--${name} takes a whole number: ${text} is none.`);
  return Number(text);
}

function tell({ title }: Campaign, { dose, violations, measured }: CampaignOutcome, seconds: number): void {
  console.log(`${title}: ${dose} in ${seconds.toFixed(0)} s: ${violations.length === 0 ? 'all held' : `${violations.length} VIOLATIONS`}`);
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
  const seed = wholeNumber('seed', values.seed, Math.floor(Math.random() * SEED_MAX));
  const dose = values.full ? 'full' : 'small';
  const lanes = Math.max(1, wholeNumber('at-once', values['at-once'], values.full ? 1 : 2));
  const python = values.python ?? (existsSync(PYTHON) ? PYTHON : undefined);
  console.log(`seed ${seed}, ${dose} dose, ${python === undefined ? 'no Python beside it' : `beside ${python}`}`);
  let failed = 0;
  const startedAt = performance.now();
  const lastSeconds = readResults(RESULTS);
  // The longest first, so that no lane waits long for another.
  const ordered = lanes === 1 ? campaigns : campaigns.toSorted((a, b) => (lastSeconds[b.name]?.[dose]?.seconds ?? 0) - (lastSeconds[a.name]?.[dose]?.seconds ?? 0));
  await inLanes(ordered, lanes, async (campaign) => {
    console.log(`${campaign.title} …`);
    const { outcome, seconds } = await runApart({ name: campaign.name, seed, isFull: values.full, python });
    tell(campaign, outcome, seconds);
    if (outcome.violations.length > 0) failed++;
    const result = { dose: outcome.dose, seed, seconds, date: new Date().toISOString().slice(0, 10), violations: outcome.violations.length, measured: outcome.measured };
    const results = withResult(readResults(RESULTS), campaign.name, dose, result);
    writeResults(RESULTS, results);
    writeFileSync(DOCUMENT, renderTrust(CAMPAIGNS, results, REPAIRS));
  });
  console.log(`${failed === 0 ? 'Everything held' : `${failed} campaigns found something`}; ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes, seed ${seed}. Written to docs/trust.md.`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
