import { median } from './figure.ts';
import type { PartId, Results } from './results.ts';

function middle(results: Results, part: PartId, name: string): number | undefined {
  const figure = results[part]?.section.figures.find((one) => one.name === name);
  return figure === undefined ? undefined : median(figure.larder);
}

function seconds(value: number | undefined, per = 1): string {
  return value === undefined ? '' : ` (${(value / per).toFixed(1)} s)`;
}

/** What keeps a part from being faster, and what was left untried and why; by part. What was measured by hand is said with its numbers. */
export function limitOf(part: PartId, results: Results): string | undefined {
  switch (part) {
    case 'pipeline':
      return [
        '**What limits it.** Inflating, reading once and writing once are the floor, about half of what one volume alone takes (docs/formats/volume-pipeline.md); the rest is resampling on one thread, beside which the inflating runs on another.',
        'With two workers on two cores four threads share them, so that each volume takes longer, and MONAI has the second core too: the ratio is smaller than with one.',
        'Levers that were not taken: slices as jobs over threads, which can only help a volume that is alone on a machine with cores to spare, and there at most by what does not overlap with the inflating; with as many workers as cores there is nothing left to spread.',
        'And a faster inflate: 40 MB of int16 like a CT (packed 2.3 times) take 0.127 s of processor time with the zlib that Node brings (315 MB/s), 0.305 s with fflate 0.8 (131 MB/s), and 0.094 s with libdeflate (425 MB/s, through the package `deflate` of Python), which cannot stream: it wants the packed file and all that is in it in memory at once, 250 MB more for each worker, and comes with no package for Node among those that were looked through.',
      ].join(' ');
    case 'catalog':
      return `**What limits it.** The first page after opening a catalog of a million entries${seconds(middle(results, 'catalog', 'first page after opening the catalog, columns not read yet'), 1000)} has no budget of its own. It waits until the columns that pages are sorted and filtered by have been read once from SQLite, a million rows of them; from then on every page is from memory. Without that, each sort of its own would need an index on disk that every insert pays for.`;
    case 'directory':
      return `**What limits it.** The budget holds for a directory that was opened before. One that nobody has seen${seconds(middle(results, 'directory', 'never seen: listed, every file looked at, rows written, first page'), 1000)} has no budget of its own: each of its 100,000 files is looked at once, by one \`lstat\` each, which is nearly all that opening a known one with every file looked at again takes${seconds(middle(results, 'directory', 'opened before: every file looked at again, first page'), 1000)}; the rest is the rows that are written. A page before that would show entries of unknown size and age in an order that changes under the eyes.`;
    default:
      return undefined;
  }
}
