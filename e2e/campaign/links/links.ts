import { existsSync, lstatSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerData } from '../../../src-main/engine/bridge/data-routes.ts';
import type { Draw } from '../draw.ts';
import { answerViolations, namingViolations, outsideViolations, servedViolations } from './check.ts';
import type { Field } from './field.ts';
import { fieldProblem, openField } from './field.ts';
import { linkedFolderViolations } from './linked-folder.ts';
import { SECRET, blindness, forgetReadings, lookOutside, readingsOf } from './outside.ts';
import type { PlantedLink } from './plant.ts';
import { drawEntryLink, drawLink, plantLink } from './plant.ts';

const EXPORTED = 'exported';

type Operation = (field: Field, link: PlantedLink) => readonly string[];

export const OPERATIONS: readonly Operation[] = [
  () => ['verify', '--json', '--num-workers', '1'],
  () => ['verify', '--json', '--changed', '--num-workers', '1'],
  () => ['fix', '--num-workers', '1'],
  () => ['fix', '--delete', '--num-workers', '1'],
  () => ['clear', '--yes'],
  () => ['clear', '--delete', '--yes'],
  (_, { name }) => ['clear', '--only', name, '--delete', '--yes'],
  () => ['clear', '--leftovers'],
  () => ['quarantine', 'ls'],
  () => ['quarantine', 'restore', '--all', '--replace'],
  () => ['quarantine', 'purge', '--all', '--yes'],
  ({ kind }) => (kind === 'volume' ? ['generate', '--yes', '--num-workers', '1'] : ['pregenerate', '--jobs', '1']),
  ({ kind }) => (kind === 'volume' ? ['plan'] : ['pregenerate', '--re-render', '--jobs', '1']),
  () => ['ls', '--json'],
  () => ['stats', '--json'],
  (_, { name }) => ['show', name, '--json'],
  ({ root }) => ['export', '--output', join(root, EXPORTED)],
];

export interface LinkRun {
  readonly served: number;
  readonly during: number;
  readonly violations: readonly string[];
}

/** A command in this process is over after about so long. */
const DURING_MS = 120;
/** So many of the links are put there while the command is at work, the others before. */
const DURING_SHARE = 0.3;

/** One link, one command, and what the browser door serves of it. */
async function tryLink(field: Field, operation: Operation, draw: Draw): Promise<LinkRun> {
  field.reset();
  const isDuring = draw.chance(DURING_SHARE);
  const link = isDuring ? drawEntryLink(field, draw) : drawLink(field, draw);
  const words = operation(field, link);
  if (!isDuring) plantLink(field, link);
  const before = lookOutside(field.outside);
  forgetReadings(field.outside);
  const startedAt = performance.now();
  const running = field.run(...words);
  if (isDuring) {
    await sleep(draw.below(DURING_MS));
    plantLink(field, link);
  }
  const result = await running;
  const violations = answerViolations(result, performance.now() - startedAt);
  // A repair may have put a file in its place.
  const isLinkStill = lstatSync(join(field.cache, link.at), { throwIfNoEntry: false })?.isSymbolicLink() === true;
  const isServed = link.entry !== undefined && isLinkStill && draw.chance(0.5);
  if (isServed) violations.push(...(await serveEntry(field, link.entry)));
  const readings = readingsOf(field.outside, before.keys());
  violations.push(...outsideViolations(before, readings, lookOutside(field.outside)));
  if (words[0] === 'verify' && !words.includes('--changed') && !link.isOwn && !isDuring) violations.push(...namingViolations(result, link.name));
  const exported = join(field.root, EXPORTED);
  if (existsSync(exported) && readFileSync(exported, 'latin1').includes(SECRET)) violations.push('the export tells what lies outside');
  const place = (path: string): string => path.replaceAll(field.root, '…');
  return { served: isServed ? 1 : 0, during: isDuring ? 1 : 0, violations: violations.map((violation) => `${field.kind}, ${link.at} -> ${place(link.to)}${isDuring ? ' put there during' : ','} ${place(words.join(' '))}: ${place(violation)}`) };
}

async function serveEntry(field: Field, key: string): Promise<string[]> {
  const engine = field.engine();
  const violations: string[] = [];
  try {
    const cache = engine.library().find(({ directory }) => directory === field.cache);
    for (const [what, extension] of [['vol', 'nii'], ['small', 'nii'], ['raw', 'nii'], ['thumb', 'png'], ['slices', 'png']] as const) {
      const answer = await answerData(engine, new Request(`http://127.0.0.1/_data/${what}/${cache?.id ?? 1}-${key}.${extension}`));
      violations.push(...servedViolations(what, answer.status, Buffer.from(await answer.arrayBuffer()).toString('latin1')));
    }
  } finally {
    engine.close();
  }
  return violations;
}

export interface LinksTried {
  readonly links: number;
  /** Put there while a command was at work. */
  readonly during: number;
  readonly served: number;
  readonly violations: readonly string[];
  /** What could not be seen or tried here. */
  readonly notes: readonly string[];
}

/** Plants so many links in caches of both kinds. */
export async function tryLinks(count: number, draw: Draw): Promise<LinksTried> {
  const violations: string[] = [];
  const notes = new Set<string>();
  let [links, during, served] = [0, 0, 0];
  for (const kind of ['volume', 'image'] as const) {
    const problem = fieldProblem(kind);
    if (problem !== undefined) {
      notes.add(`No links were planted in a cache of images: ${problem}.`);
      continue;
    }
    const field = await openField(kind);
    try {
      const blind = blindness(field.outside);
      if (blind !== undefined) notes.add(`Readings outside were not seen: ${blind}.`);
      violations.push(...(await linkedFolderViolations(field)));
      for (let n = 0; n < Math.ceil(count / 2); n++, links++) {
        // Each command in its turn: as many links as there are commands meet every one of them.
        const run = await tryLink(field, OPERATIONS[n % OPERATIONS.length]!, draw);
        served += run.served;
        during += run.during;
        violations.push(...run.violations.filter((violation) => blind === undefined || !violation.endsWith('was read')));
      }
    } finally {
      await field.close();
    }
  }
  return { links, during, served, violations, notes: [...notes] };
}
