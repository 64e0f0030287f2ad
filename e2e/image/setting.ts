import { execFile } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CLI } from '../browser/ensure-built.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import { findKhmerFonts } from '../../src-main/kinds/image/find-khmer-fonts.ts';

/** Caches the original class wrote, whole and with planted damages. */
export const GOLDEN = fileURLToPath(new URL('../../src-main/kinds/image/__fixtures__', import.meta.url));

export async function readGolden<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(GOLDEN, name), 'utf8')) as T;
}

/** Where this machine has the Khmer OS fonts; tests that draw need them, and say so where they are not. */
export const KHMER_FONTS = findKhmerFonts();
export const NO_FONTS = 'the Khmer OS fonts are not on this machine (Debian: fonts-khmeros)';
if (KHMER_FONTS === undefined) console.warn(`Tests that draw are left out: ${NO_FONTS}.`);

export interface ImageResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own with a data folder, gone when disposed of. */
export interface ImageSetting extends AsyncDisposable {
  readonly folder: string;
  path(...names: string[]): string;
  /** A corpus in `corpus/`. */
  writeCorpus(lines: Readonly<Partial<Record<'train' | 'val' | 'test', readonly string[]>>>): Promise<void>;
  /** A writable copy of a golden cache. */
  copyGolden(name: string, as: string): Promise<string>;
  run(...words: string[]): Promise<ImageResult>;
  start(...words: string[]): ChildProcess;
}

export async function createImageSetting(): Promise<ImageSetting> {
  const folder = await mkdtemp(join(tmpdir(), 'larder image ក '));
  const environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'hf') });
  const options = { cwd: folder, env: environment, maxBuffer: 1 << 28 };
  return {
    folder,
    path: (...names) => join(folder, ...names),
    async writeCorpus(lines) {
      await mkdir(join(folder, 'corpus'), { recursive: true });
      for (const [split, texts] of Object.entries(lines)) await writeFile(join(folder, 'corpus', `${split}.txt`), texts.map((text) => `${text}\n`).join(''));
    },
    async copyGolden(name, as) {
      await cp(join(GOLDEN, name), join(folder, as), { recursive: true });
      return join(folder, as);
    },
    async run(...words) {
      try {
        const { stdout, stderr } = await promisify(execFile)(process.execPath, [CLI, ...words], options);
        return { exitCode: 0, stdout, stderr };
      } catch (error) {
        const { code, stdout, stderr } = error as { code: number | null; stdout: string; stderr: string };
        return { exitCode: code, stdout, stderr };
      }
    },
    start: (...words) => spawn(process.execPath, [CLI, ...words], { cwd: folder, env: environment, stdio: 'ignore', detached: true }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

/** The objects of one type that `--json` printed. */
export function jsonLines<T>({ stdout }: ImageResult, type: string): T[] {
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { type: string })
    .filter((line) => line.type === type) as T[];
}

/** Lines of Khmer words, all different, the same on every run. */
export function khmerLines(count: number, words = 4): string[] {
  const vocabulary = ['ភាសា', 'ខ្មែរ', 'ស្ត្រី', 'ផ្សារ', 'សាលា', 'រៀន', 'ភ្នំពេញ', 'ទូរស័ព្ទ', 'ប្រៃសណីយ៍', 'ថ្ងៃទី', 'មករា', 'ក្មេង'];
  return Array.from({ length: count }, (_, i) => {
    const text = Array.from({ length: words }, (__, k) => vocabulary[Math.floor(i / vocabulary.length ** k) % vocabulary.length + 0]!).join('');
    return `${text} ${i}`;
  });
}
