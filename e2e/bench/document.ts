import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PROMISES, judge } from './budgets.ts';
import type { JudgedBudget } from './budgets.ts';
import { limitOf } from './limits.ts';
import type { Facts } from './report.ts';
import { sectionTable } from './report.ts';
import type { PartResult, Results } from './results.ts';
import { PARTS } from './results.ts';

const DOCUMENT = join(import.meta.dirname, '..', '..', 'docs', 'benchmarks.md');

/** Writes docs/benchmarks.md from what was kept. */
export async function writeDocument(results: Results, path: string = DOCUMENT): Promise<void> {
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, renderDocument(results));
}

/** The whole document, Markdown. */
export function renderDocument(results: Results): string {
  const measured = PARTS.flatMap((part) => (results[part] === undefined ? [] : [results[part]]));
  const shared = measured[0];
  const lines = [
    '# Benchmarks',
    '',
    'Written by `npm run bench`; the figures of the pages are those of the last `npm run bench:ui`, which opens a real browser. Both sides ran in the same run, in turn, on the same machine and the same files. A ratio says',
    'how many times better Larder is: 2× is half the time, half the memory or twice the rate. A value is the median of the',
    'runs, five unless the number is said; the range of all runs stands behind it.',
    '',
    ...(shared === undefined ? [] : whereLines(shared)),
    '## Budgets',
    '',
    '| Promise | |',
    '| --- | --- |',
    ...PROMISES.map((promise) => budgetRow(judge(promise, results))),
  ];
  for (const result of measured) {
    const { section } = result;
    const limit = limitOf(PARTS.find((part) => results[part] === result)!, results);
    lines.push('', `## ${section.title}`, '', section.about, '', ...(limit === undefined ? [] : [limit, '']), ...(shared === undefined || isSameRun(result, shared) ? [] : whereLines(result)), ...sectionTable(section));
  }
  return [...lines, '', ...REPRODUCE].join('\n');
}

function whereLines({ date, facts }: PartResult): string[] {
  return [`Measured on ${date}:`, '', ...facts.map(([name, value]) => `- ${name}: ${value}`), ''];
}

/** The load of the moment differs from part to part and says nothing about where they ran. */
function isSameRun(one: PartResult, other: PartResult): boolean {
  const lasting = (facts: Facts): string => JSON.stringify(facts.filter(([name]) => !name.startsWith('Load') && name !== 'Python'));
  return one.date === other.date && lasting(one.facts) === lasting(other.facts);
}

function budgetRow({ promise, met, missed }: JudgedBudget): string {
  if (met === undefined) return `| ${promise} | not measured here yet |`;
  if (missed.length === 0) return `| ${promise} | met |`;
  return `| ${promise} | **missed** (${missed.length} of ${met + missed.length}): ${missed.join('; ').replaceAll('|', '\\|')} |`;
}

const REPRODUCE = [
  '## Reproduce',
  '',
  '```',
  'npm ci',
  'npm run bench                        # everything but the pages, some 40 minutes; makes a Python environment in .venv-interop the first time',
  'npm run bench -- --only catalog,list # some parts; the others keep their figures',
  'npm run bench -- --forecast          # ten jobs, each against its forecast',
  'npm run bench -- --python PATH       # an interpreter that has PyTorch, MONAI, nibabel and Pillow already',
  'npm run bench -- --volumes 8 --runs 5 --workers 4',
  'npm run bench -- --quick             # small volumes, a minute or two; prints only',
  'npm run bench:ui                     # the pages, in a real browser',
  '```',
  '',
  'The volumes are synthetic and seeded (`e2e/bench/synthetic-ct.ts`), so every machine preprocesses the same bytes. The',
  'Python side is `e2e/bench/monai_pipeline.py`. Ratios carry over between machines far better than seconds; run it on a',
  'quiet machine.',
  '',
];
