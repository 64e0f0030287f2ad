import { join } from 'node:path';
import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { OPERATIONS, tryLinks } from '../links/links.ts';
import type { Part } from '../full/part.ts';
import { keepCorpus, readCorpus } from './corpus.ts';
import { drawFonts } from './drawn-fonts.ts';
import type { DrawnReport } from './drawn-fonts.ts';
import { fuzz } from './fuzz.ts';
import type { FuzzReport } from './fuzz.ts';
import { TARGETS } from './targets.ts';

/** Per format: 24 CPU-minutes, or long enough to read every known file and some thousands of others. */
const FULL_MINUTES = 24;
const PORTION_MINUTES = 2;
const SMALL_MS = 1_000;
/** Damaged fonts drawn, each in a process of its own. */
const DRAWN = { small: 4, full: 2_000, portion: 100 } as const;
/** Links planted, each met by one command; in the small dose by each of them in both kinds of cache. */
const LINKS = { small: OPERATIONS.length * 2, full: 5_000, portion: 200 } as const;

function line({ target, files, blocks, cpuSeconds, codes, slowestMs, peakMegabytes }: FuzzReport): string {
  return `${target}: ${counted(files, 'file')} in ${cpuSeconds.toFixed(1)} s of processor time, ${counted(blocks, 'block')} of the reader's code reached, ${counted(codes.length, 'name')} of answers; slowest ${slowestMs < 10 ? slowestMs.toFixed(1) : Math.round(slowestMs)} ms, at most ${Math.round(peakMegabytes)} MB`;
}

function drawnLine({ fonts, answers, slowestMs, peakMegabytes }: DrawnReport): string {
  const answered = Object.entries(answers).map(([answer, count]) => `${answer} ${count}`);
  return `drawn fonts: ${counted(fonts, 'damaged font')} that the reader lets pass, each drawn by a worker of its own: ${answered.join(', ')}; slowest ${Math.round(slowestMs)} ms, at most ${Math.round(peakMegabytes)} MB`;
}

async function readHostile({ seed }: Pick<CampaignContext, 'seed'>): Promise<CampaignOutcome> {
  const violations = new Violations();
  const reports: FuzzReport[] = [];
  for (const [n, target] of TARGETS.entries()) {
    const corpus = readCorpus(target.name);
    const report = await fuzz({ module: join(import.meta.dirname, 'targets.ts'), target: target.name, seed: seed + n, cpuMilliseconds: SMALL_MS, wallMilliseconds: 2 * SMALL_MS, corpus });
    reports.push(report);
    violations.addAll(report.violations);
  }
  const links = await tryLinks(LINKS.small, createDraw(seed));
  violations.addAll(links.violations);
  const drawn = await drawFonts(DRAWN.small, createDraw(seed));
  violations.addAll(drawn.violations);
  const files = reports.reduce((sum, report) => sum + report.files, 0);
  return { dose: `${counted(files, 'file')} over ${counted(TARGETS.length, 'format')}, ${SMALL_MS / 1000} s of processor time each; ${counted(links.links, 'link')} in caches, ${links.during} of them put there while a command was at work, ${counted(links.served, 'entry', 'entries')} of them asked for at the browser door; ${counted(drawn.fonts, 'font')} drawn`, violations: violations.all(), measured: [...reports.map(line), drawnLine(drawn), ...links.notes] };
}

export const hostileCampaign: Campaign = {
  name: 'hostile',
  title: 'Hostile files',
  attempt: 'pickles that call anything, deep, wide and self-containing ones; archives with bombs, overlapping members, lies about sizes and places, `../` names; and mutations of those and of sound files, grown from whatever reached a block of Larder\'s own code that nothing had reached before (the counters of V8, read after every file), for `.pt`, pickle, NIfTI, gzip, YAML, CSV and JSON, and for PNG, fonts, metadata and the index of an image cache. What reached something new is kept and tried again in every run, and what ever broke something is kept whole. Jazzer.js (4.0.0) was tried and is not used: its library asks for a newer C library than the machines have that this runs on, and it is a native module, which the permission model that locks the reading process in refuses to load. Archives with the lies that only zip64 can tell, headers that claim as many voxels as their fields can say, a gigabyte packed into a megabyte, and aliases of aliases are among what every run begins with. Fonts that are damaged and that the reader lets pass are drawn by the library behind it, each in a worker process with the limits of a job. And links in caches of both kinds, in the place of entries, metadata, the index, parameters, folders and Larder\'s own files, to files and folders outside, to themselves, upwards, to nothing and to what never ends, met by every command, also put there while it is at work, and asked for at the browser door. And caches whose folder is a link itself.',
  promise: 'no code is run and nothing is read or written outside (the reading process is locked in by Node\'s permission model and would fail), an answer within 5 s (without waiting for a core), at most 700 MB of memory at its worst moment, a finding or an error by its stable name; no link is followed out of a cache, to read, to write, to remove or to serve, and `verify` names it. The folder of a cache may be a link: whoever names it means what it leads to, and it works like any other; a link that takes the place of an entry under the hands of a command is not followed either.',
  run: readHostile,
  parts: [
    {
      name: 'symlinks',
      unit: 'links in caches',
      asked: LINKS.full,
      portion: LINKS.portion,
      run: async ({ seed, count }) => {
        const { violations, during, served, notes } = await tryLinks(count, createDraw(seed));
        return { done: count, violations, figures: { 'links put there while a command was at work': during, 'links asked for at the browser door': served }, ...(notes.length === 0 ? {} : { note: notes.join(' ') }) };
      },
    },
    {
      name: 'drawn fonts',
      unit: 'fonts drawn',
      asked: DRAWN.full,
      portion: DRAWN.portion,
      run: async ({ seed, count }) => {
        const report = await drawFonts(count, createDraw(seed));
        return { done: count, violations: report.violations, note: drawnLine(report) };
      },
    },
    ...TARGETS.map((target): Part => ({
      // What was read before it was grown by coverage, and for so much time by the clock, counted under the plain name.
      name: `${target.name} by coverage`,
      unit: `processor minutes of ${TARGETS.length} formats`,
      asked: FULL_MINUTES,
      portion: PORTION_MINUTES,
      run: async ({ seed, count }) => {
        const corpus = readCorpus(target.name);
        const report = await fuzz({ module: join(import.meta.dirname, 'targets.ts'), target: target.name, seed, cpuMilliseconds: count * 60_000, wallMilliseconds: 4 * count * 60_000, corpus });
        keepCorpus(target.name, report.news);
        return { done: count, violations: report.violations, figures: { [`${target.name}: files`]: report.files }, note: line(report) };
      },
    })),
  ],
};
