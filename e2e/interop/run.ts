import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { proveHubDouble } from './hub/run.ts';
import { proveImageCache } from './image/run.ts';
import { proveMonai } from './monai/run.ts';
import { ensurePython } from './python-environment.ts';

/**
 * Everything that only the real Python systems can judge. `--python` uses an interpreter that has
 * the packages already; `--original` names a checkout of khmer-ocr-seq2seq, whose own class then reads the image caches too;
 * `--prepare` only makes the interpreter.
 */
const { values } = parseArgs({ options: { python: { type: 'string' }, original: { type: 'string' }, seed: { type: 'string', default: '7' }, prepare: { type: 'boolean', default: false } } });
const say = (line: string): void => console.log(line);
const python = values.python ?? (await ensurePython(join(import.meta.dirname, '..', '..', '.venv-interop'), say));

/** @returns what failed; what it says is told in one piece at its end */
async function part(title: string, work: (tell: (line: string) => void) => Promise<number>): Promise<number> {
  const lines = [title];
  try {
    return await work((line) => lines.push(line));
  } finally {
    for (const line of lines) say(line);
  }
}

async function prove(): Promise<number> {
  // MONAI takes longer than the two others, which wait for processes and answers more than for a core.
  const failed = await Promise.all([
    part('MONAI and PyTorch', (tell) => proveMonai(python, Number(values.seed), tell)),
    part('The Hub double and huggingface_hub', (tell) => proveHubDouble(python, tell)).then(async (failures) => failures + (await part('Image caches and Pillow', (tell) => proveImageCache(python, tell, values.original)))),
  ]);
  const failures = failed.reduce((sum, count) => sum + count, 0);
  say(failures === 0 ? 'Interop: all checks hold.' : `Interop: ${failures} checks failed.`);
  return failures;
}

if (!values.prepare) process.exitCode = (await prove()) === 0 ? 0 : 1;
