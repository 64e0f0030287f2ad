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

async function prove(): Promise<number> {
  let failures = 0;
  say('MONAI and PyTorch');
  failures += await proveMonai(python, Number(values.seed), say);
  say('The Hub double and huggingface_hub');
  failures += await proveHubDouble(python, say);
  say('Image caches and Pillow');
  failures += await proveImageCache(python, say, values.original);
  say(failures === 0 ? 'Interop: all checks hold.' : `Interop: ${failures} checks failed.`);
  return failures;
}

if (!values.prepare) process.exitCode = (await prove()) === 0 ? 0 : 1;
