import type { Part } from './part.ts';
import type { FullProgress } from './progress.ts';
import { isPartEnded, isWhole, ofParts } from './progress.ts';

const number = (count: number): string => count.toLocaleString('en-US');

/** What was reached of what was asked, by what is counted; what found something does not count. */
export function reachedOf(parts: readonly Part[], progress: FullProgress): string[] {
  const units = [...new Set(parts.map(({ unit }) => unit))];
  return units.map((unit) => {
    const mine = parts.filter((part) => part.unit === unit);
    const done = mine.reduce((sum, { name }) => sum + (progress.parts[name]?.done ?? 0) - brokenOf(name, progress), 0);
    const asked = mine.reduce((sum, part) => sum + (part.asked ?? NaN), 0);
    if (!Number.isNaN(asked)) return `${number(done)} of ${number(asked)} ${unit}`;
    const ended = mine.filter((part) => isPartEnded(part, progress)).length;
    return `${number(done)} ${unit} (${ended} of ${number(mine.length)} ${mine.length === 1 ? 'walk' : 'walks'} at the end)`;
  });
}

function brokenOf(part: string, { broken }: FullProgress): number {
  return broken.filter((one) => one.part === part).reduce((sum, { count }) => sum + count, 0);
}

/** The cell of a table. */
export function fullCell(parts: readonly Part[], kept: FullProgress): string {
  const progress = ofParts(kept, parts);
  return `${reachedOf(parts, progress).join(', ')}: ${verdictOf(progress)}`;
}

function verdictOf({ broken }: FullProgress): string {
  return broken.length === 0 ? 'all held' : `**${number(broken.length)} ${broken.length === 1 ? 'portion' : 'portions'} found something**`;
}

/** The paragraph of a section. */
export function fullLines(parts: readonly Part[], kept: FullProgress): string[] {
  const progress = ofParts(kept, parts);
  const { seed, minutes, runs, firstDate, lastDate, broken, heldAgain = 0 } = progress;
  const when = firstDate === lastDate ? `on ${firstDate}` : `from ${firstDate} to ${lastDate}`;
  const state = isWhole(parts, progress) ? 'Full dose, reached' : 'Full dose, not reached yet';
  const again = heldAgain === 0 ? '' : `; ${number(heldAgain)} ${heldAgain === 1 ? 'portion that had found something was tried again and held' : 'portions that had found something were tried again and held'}`;
  const held = `${broken.length === 0 ? 'everything holds' : `${number(broken.length)} ${broken.length === 1 ? 'portion' : 'portions'} found something`}${again}`;
  const figures = Object.entries(progress.figures).map(([name, count]) => `${name}: ${number(count)}`);
  const notes = Object.values(progress.parts).flatMap(({ note }) => (note === undefined || note === '' ? [] : [note]));
  return [
    `${state} (seed ${seed}, ${number(Math.round(minutes))} minutes of work in ${number(runs)} ${runs === 1 ? 'run' : 'runs'} ${when}): ${reachedOf(parts, progress).join(', ')}; ${held}.`,
    '',
    ...[...figures, ...new Set(notes)].map((line) => `- ${line}`),
    ...(figures.length + notes.length > 0 ? [''] : []),
  ];
}
