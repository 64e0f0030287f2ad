/**
 * `npm run campaign`: tries to break Larder, and writes down in docs/trust.md how that went. Exits with 1 if something
 * did not hold; `--help` names the flags.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import compileOnce from '../browser/compile-once.ts';
import ensureBuilt from '../browser/ensure-built.ts';
import type { Campaign, CampaignOutcome } from './campaign.ts';
import { CAMPAIGNS } from './campaigns.ts';
import { renderTrust } from './document.ts';
import { portionSeed } from './full/progress.ts';
import { runFull } from './full/run-full.ts';
import { STOPPED, runPortion } from './full/run-portion.ts';
import { inLanes, runApart } from './lanes.ts';
import { REPAIRS } from './repairs.ts';
import { readResults, withResult, writeResults } from './results.ts';
import type { CampaignResults } from './results.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const DOCUMENT = join(ROOT, 'docs', 'trust.md');
const RESULTS = join(import.meta.dirname, 'results.json');
const PYTHON = join(ROOT, '.venv-interop', 'bin', 'python');
const SEED_MAX = 2 ** 31;

const HELP = `Tries to break Larder, and writes down in docs/trust.md how that went.

  --full         the full dose, in portions of about a minute; what was done is kept, and a further start goes on from there
  --minutes N    begins no portion of the full dose after so many
  --portion P    one portion again, by the place it printed; nothing is written down
  --only NAME    one campaign, or several with commas
  --at-once N    so many at a time; two
  --seed N       the chances of an earlier run, which printed it; the full dose goes on with its own
  --python PATH  an interpreter with PyTorch to ask the same; otherwise .venv-interop, where \`npm run test:interop\` made it
  --list         only says what there is
  --document     only writes docs/trust.md anew from the last results`;

const FLAGS = {
  help: { type: 'boolean' }, full: { type: 'boolean' }, list: { type: 'boolean' }, document: { type: 'boolean' }, only: { type: 'string' }, minutes: { type: 'string' },
  portion: { type: 'string' }, 'at-once': { type: 'string' }, seed: { type: 'string' }, python: { type: 'string' },
} as const; // prettier-ignore

type Flags = ReturnType<typeof parseArgs<{ options: typeof FLAGS }>>['values'];

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

async function main(values: Flags): Promise<number> {
  if (values.help === true) {
    console.log(HELP);
    return 0;
  }
  const campaigns = chosen(values.only);
  if (values.list === true) {
    for (const { name, title } of campaigns) console.log(`${name.padEnd(10)} ${title}`);
    return 0;
  }
  if (values.document === true) {
    writeFileSync(DOCUMENT, renderTrust(CAMPAIGNS, readResults(RESULTS), REPAIRS));
    return 0;
  }
  await ensureBuilt();
  compileOnce();
  const seed = wholeNumber('seed', values.seed, (values.full === true ? seedUnderWay(campaigns) : undefined) ?? Math.floor(Math.random() * SEED_MAX));
  const lanes = Math.max(1, wholeNumber('at-once', values['at-once'], 2));
  const python = values.python ?? (existsSync(PYTHON) ? PYTHON : undefined);
  console.log(`seed ${seed}, ${values.full === true ? 'full' : 'small'} dose, ${python === undefined ? 'no Python beside it' : `beside ${python}`}`);
  if (values.portion !== undefined) return await onePortion(campaigns, values.portion, seed, python);
  const untilMs = values.minutes === undefined ? Infinity : Date.now() + wholeNumber('minutes', values.minutes, 0) * 60_000;
  return values.full === true ? await fullDose(campaigns, seed, lanes, python, untilMs) : await smallDose(campaigns, seed, lanes, python);
}

function keep(name: string, result: CampaignResults): void {
  const results = withResult(readResults(RESULTS), name, result);
  writeResults(RESULTS, results);
  writeFileSync(DOCUMENT, renderTrust(CAMPAIGNS, results, REPAIRS));
}

/** Of the full dose that was begun, of these campaigns before others. */
function seedUnderWay(campaigns: readonly Campaign[]): number | undefined {
  const results = readResults(RESULTS);
  return [...campaigns, ...CAMPAIGNS].map(({ name }) => results[name]?.full?.seed).find((seed) => seed !== undefined);
}

/** Ctrl-C gives up the portions under way, and keeps all that were finished. */
async function fullDose(campaigns: readonly Campaign[], seed: number, lanes: number, python: string | undefined, untilMs: number): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
  const reached = await runFull(campaigns, { seed, python, lanes, untilMs, signal: stop.signal, read: (name) => readResults(RESULTS)[name]?.full, keep: (name, full) => keep(name, { full }), say: console.log });
  const broken = reached.reduce((sum, progress) => sum + progress.broken.length, 0);
  console.log(`${broken === 0 ? 'Everything held' : `${broken} portions found something`}; seed ${seed}. Written to docs/trust.md; start it again to go on.`);
  return broken === 0 ? 0 : 1;
}

/** `part@from+count`, as it was printed. */
async function onePortion(campaigns: readonly Campaign[], place: string, seed: number, python: string | undefined): Promise<number> {
  const [, part = '', from = '', count = ''] = /^(.+)@(\d+)\+(\d+)$/.exec(place) ?? [];
  const campaign = campaigns.find(({ parts }) => parts.some(({ name }) => name === part));
  if (campaign === undefined) throw new Error(`There is no portion ${place}: it is written part@from+count.`);
  const outcome = await runPortion({ campaign: campaign.name, part, seed: portionSeed(seed, campaign.name, { part, from: Number(from) }), printedSeed: seed, from: Number(from), count: Number(count), python }, new AbortController().signal);
  console.log(outcome);
  return outcome !== STOPPED && outcome.violations.length === 0 ? 0 : 1;
}

async function smallDose(campaigns: readonly Campaign[], seed: number, lanes: number, python: string | undefined): Promise<number> {
  let failed = 0;
  const startedAt = performance.now();
  const lastSeconds = readResults(RESULTS);
  // The longest first, so that no lane waits long for another.
  const ordered = lanes === 1 ? campaigns : campaigns.toSorted((a, b) => (lastSeconds[b.name]?.small?.seconds ?? 0) - (lastSeconds[a.name]?.small?.seconds ?? 0));
  await inLanes(ordered, lanes, async (campaign) => {
    console.log(`${campaign.title} …`);
    const { outcome, seconds } = await runApart({ name: campaign.name, seed, python });
    tell(campaign, outcome, seconds);
    if (outcome.violations.length > 0) failed++;
    const result = { dose: outcome.dose, seed, seconds, date: new Date().toISOString().slice(0, 10), violations: outcome.violations.length, measured: outcome.measured };
    keep(campaign.name, { small: result });
  });
  console.log(`${failed === 0 ? 'Everything held' : `${failed} campaigns found something`}; ${((performance.now() - startedAt) / 60_000).toFixed(1)} minutes, seed ${seed}. Written to docs/trust.md.`);
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main(parseArgs({ options: FLAGS }).values);
} catch (error) {
  console.error(`campaign: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
