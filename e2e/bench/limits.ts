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
        'A lever that was not taken: slices as jobs over threads. It can only help a volume that is alone, and cannot help that one by as much as a thirtieth: by processor time of each thread (`process.threadCpuUsage`, six runs of the same volume in one process, warm), inflating takes 0.94 s and cannot be divided, all the rest takes 0.64 s on the main thread beside it, which waits for bytes half of the time, and only 0.03 s of that come after the last byte was inflated.',
        'And a faster inflate: 40 MB of int16 like a CT (packed 2.3 times) take 0.127 s of processor time with the zlib that Node brings (315 MB/s), 0.305 s with fflate 0.8 (131 MB/s), and 0.094 s with libdeflate (425 MB/s, through the package `deflate` of Python), which cannot stream: it wants the packed file and all that is in it in memory at once, 250 MB more for each worker, and comes with no package for Node among those that were looked through.',
      ].join(' ');
    case 'catalog':
      return `**What limits it.** The first page after opening a catalog of a million entries${seconds(middle(results, 'catalog', 'first page after opening the catalog, columns not read yet'), 1000)} has no budget of its own. It waits until the columns that pages are sorted and filtered by have been read once from SQLite, a million rows of them; from then on every page is from memory. Profiled (\`--cpu-prof\`, 1.5 s of processor time): 69 % are SQLite, which reads the rows and writes each column as one text (a twelfth of that was copying columns nobody asked for, and was cut), 10 % are reading numbers from those texts, 7 % folding names for the search, the rest copying and garbage. One object a row takes twice as long. Without reading them, each sort of its own would need an index on disk that every insert pays for.`;
    case 'directory':
      return `**What limits it.** The budget holds for a directory that was opened before. One that nobody has seen${seconds(middle(results, 'directory', 'never seen: listed, every file looked at, rows written, first page'), 1000)} has no budget of its own, and opening a known one with every file looked at again takes less${seconds(middle(results, 'directory', 'opened before: every file looked at again, first page'), 1000)}. It is not the disk: profiled (\`perf\`, \`strace -c\`, 100,000 files in the page cache), all calls of the system are 14 % of the processor time, the 100,000 \`lstat\` 5.5 % and the names 4.5 %. Writing the rows is a fifth, compiling and collecting garbage on other threads 14 %, and most of the rest is what Node and Larder do for each file: its path, its facts, its key and what is known of it. Waiting for each name by itself and writing keys by \`toString(16)\` were cut since the figures below were measured: 2.8 s of processor time instead of 3.4 (medians of five in turn on a busy machine). A page before that would show entries of unknown size and age in an order that changes under the eyes.`;
    default:
      return undefined;
  }
}
