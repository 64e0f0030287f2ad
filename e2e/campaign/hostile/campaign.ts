import { join } from 'node:path';
import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { keepCorpus, readCorpus } from './corpus.ts';
import { fuzz } from './fuzz.ts';
import type { FuzzReport } from './fuzz.ts';
import { TARGETS } from './targets.ts';

/** Per format: 24 CPU-minutes, or long enough to read every known file and some thousands of others. */
const FULL_MINUTES = 24;
const PORTION_MINUTES = 2;
const SMALL_MS = 3_000;
function line({ target, files, shapes, codes, slowestMs, peakMegabytes }: FuzzReport): string {
  return `${target}: ${counted(files, 'file')}, ${counted(shapes, 'different answer')} under ${counted(codes.length, 'name')}; slowest ${slowestMs < 10 ? slowestMs.toFixed(1) : Math.round(slowestMs)} ms, at most ${Math.round(peakMegabytes)} MB`;
}

async function readHostile({ seed }: Pick<CampaignContext, 'seed'>): Promise<CampaignOutcome> {
  const violations = new Violations();
  const reports: FuzzReport[] = [];
  for (const [n, target] of TARGETS.entries()) {
    const corpus = readCorpus(target.name);
    const report = await fuzz({ module: join(import.meta.dirname, 'targets.ts'), target: target.name, seed: seed + n, milliseconds: SMALL_MS, corpus });
    reports.push(report);
    violations.addAll(report.violations);
  }
  const files = reports.reduce((sum, report) => sum + report.files, 0);
  return { dose: `${counted(files, 'file')} over ${counted(TARGETS.length, 'format')}, ${SMALL_MS / 1000} s each`, violations: violations.all(), measured: reports.map(line) };
}

export const hostileCampaign: Campaign = {
  name: 'hostile',
  title: 'Hostile files',
  attempt: 'pickles that call anything, deep, wide and self-containing ones; archives with bombs, overlapping members, lies about sizes and places, `../` names; and mutations of those and of sound files, grown from whatever was answered in a new way, for `.pt`, pickle, NIfTI, gzip, YAML, CSV and JSON, and for PNG, fonts, metadata and the index of an image cache. What was answered in a new way is kept and tried again in every run.',
  promise: 'no code is run and nothing is read or written outside (the reading process is locked in by Node\'s permission model and would fail), an answer within 5 s, at most 700 MB of memory, a finding or an error by its stable name.',
  run: readHostile,
  parts: TARGETS.map((target) => ({
    name: target.name,
    unit: `minutes of ${TARGETS.length} formats`,
    asked: FULL_MINUTES,
    portion: PORTION_MINUTES,
    run: async ({ seed, count }) => {
      const corpus = readCorpus(target.name);
      const report = await fuzz({ module: join(import.meta.dirname, 'targets.ts'), target: target.name, seed, milliseconds: count * 60_000, corpus });
      keepCorpus(target.name, [...corpus, ...report.news]);
      return { done: count, violations: report.violations, figures: { [`${target.name}: files`]: report.files }, note: line(report) };
    },
  })),
};
