import { execFile } from 'node:child_process';
import { cp, readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { HitReport } from '../../../src-main/contract/hits.ts';
import type { Finding } from '../../../src-main/contract/findings.ts';
import { GOLDEN, KHMER_FONTS, NO_FONTS, createImageSetting, jsonLines } from '../../image/setting.ts';
import type { ImageSetting } from '../../image/setting.ts';

const PYTHON_FOLDER = join(import.meta.dirname, '..', '..', '..', 'resources', 'python');
const SCRIPT = join(import.meta.dirname, 'image_cache.py');

interface Pair {
  readonly text: string;
  readonly font_path: string;
  readonly image_height: number;
}

/** The golden judge: the reading contract, or with `--original` the class itself. It works on a copy, because the class drops what it cannot open. */
const VERIFY_HITS = join(GOLDEN, 'verify_hits.py');

async function python(interpreter: string, ...words: string[]): Promise<{ code: number; answer: Record<string, unknown> }> {
  try {
    const { stdout } = await promisify(execFile)(interpreter, [SCRIPT, ...words], { maxBuffer: 1 << 28 });
    return { code: 0, answer: JSON.parse(stdout) as Record<string, unknown> };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, answer: stdout === '' ? { problems: [stderr.slice(-800)] } : (JSON.parse(stdout) as Record<string, unknown>) };
  }
}

/** Tags, double spaces, U+200B, a byte order mark's letter, quotes, a backslash, Latin, blank after normalising. */
const LINES = ['ភាសាខ្មែរ', 'ថ្ងៃទី<SPACE>១២<SPACE>ខែ<SPACE>មករា', 'ប៉ុស្តិ៍\u200Bប្រៃសណីយ៍  និង', 'គាត់និយាយថា "បាទ" \\ ចាស', 'gjpqy & <b> ABC 123', '\uFEFFបូម', '<NEWLINE>'];

/**
 * The original class's reading contract and Pillow judge what Larder wrote, and Larder judges what
 * the class wrote.
 *
 * @returns how many checks failed
 */
export async function proveImageCache(interpreter: string, say: (line: string) => void, original?: string): Promise<number> {
  await using setting = await createImageSetting();
  let failures = 0;
  const tell = (isRight: boolean, what: string): void => {
    if (!isRight) failures++;
    say(`  ${isRight ? 'ok  ' : 'FAIL'} ${what}`);
  };
  const written = await python(interpreter, 'write', setting.path('python'));
  const verified = await setting.run('verify', '--cache', 'python', '--json');
  const codes = jsonLines<{ finding: Finding }>(verified, 'findingFound').map(({ finding }) => `${finding.code} ${finding.message}`);
  tell(verified.exitCode === 0 && codes.length === 0, `what the class wrote has no finding${codes.length === 0 ? '' : `: ${codes.slice(0, 3).join('; ')}`}`);
  const shown = await setting.run('show', 'ទំព័រ', '--cache', 'python', '--json');
  tell(shown.stdout.includes('ទំព័រ'), 'its entries are found by their text');
  const pairs = written.answer['pairs'] as Pair[];
  const before = await readFile(setting.path('python', 'cache_index.json'));
  await setting.run('fix', '--cache', 'python');
  await writeFile(setting.path('pairs.json'), JSON.stringify(pairs));
  const again = await python(interpreter, 'check', setting.path('python'), setting.path('pairs.json'));
  tell(again.code === 0, `after a fix the class still hits ${String(again.answer['hits'])} of ${pairs.length}${described(again.answer)}`);
  tell(Object.keys(JSON.parse(before.toString('utf8')) as object).length === pairs.length, 'and its index has lost nothing');
  await proveHits(interpreter, setting, pairs, tell);
  if (KHMER_FONTS === undefined) say(`  left out: rendering, because ${NO_FONTS}`);
  else await proveRendered({ interpreter, original, setting, tell });
  return failures;
}

/** What the loaders of a training count is what Larder shows: every lookup of every worker, once. */
async function proveHits(interpreter: string, setting: ImageSetting, pairs: readonly Pair[], tell: (isRight: boolean, what: string) => void): Promise<void> {
  for (const method of ['fork', 'spawn']) {
    await cp(setting.path('python'), setting.path(method), { recursive: true });
    const answer = await promisify(execFile)(interpreter, [join(import.meta.dirname, 'hits_loader.py'), PYTHON_FOLDER, setting.path(method), setting.path('pairs.json'), method], { maxBuffer: 1 << 28 }).catch((error: unknown) => ({ stdout: '{}', stderr: String(error) }));
    const stats = await setting.run('stats', '--cache', method, '--json');
    const [{ lookups } = {}] = jsonLines<{ lookups?: HitReport }>(stats, 'stats');
    const epochs = lookups?.byEpoch.map(({ name, hits, misses }) => `${name}: ${hits} + ${misses}`).sort().join(', ');
    const expected = [0, 1, 2, 3, 4, 5].map((epoch) => `train ${epoch}: ${pairs.length} + 1`).join(', ');
    tell(epochs === `${expected}, train 6: 0 + 1` && lookups?.unreadableLines === 0, `DataLoader workers by ${method}: ${epochs ?? `nothing was counted${answer.stderr.slice(-300)}`}`);
  }
}

function described(answer: Record<string, unknown>): string {
  const problems = (answer['problems'] as string[] | undefined) ?? [];
  return problems.length === 0 ? '' : `: ${problems.slice(0, 3).join('; ')}`;
}

interface Rendering {
  readonly interpreter: string;
  readonly original: string | undefined;
  readonly setting: ImageSetting;
  readonly tell: (isRight: boolean, what: string) => void;
}

async function proveRendered({ interpreter, original, setting, tell }: Rendering): Promise<void> {
  const fonts = (await readdir(KHMER_FONTS!)).filter((name) => /^KhmerOS(?:siemreap|battambang|bokor|muol|muollight|metalchrieng|fasthand)?\.ttf$/.test(name));
  await setting.writeCorpus({ train: LINES, val: [LINES[0]!] });
  const make = async (cache: string, ...choices: string[]): Promise<void> => {
    const made = await setting.run('pregenerate', '--corpus-dir', 'corpus', '--fonts-dir', KHMER_FONTS!, '--cache', cache, '--splits', 'train', 'val', ...choices, '--json');
    tell(made.exitCode === 0, `pregenerate ${choices.join(' ')}`);
  };
  // Every key of the cache is one that training asks for, and it finds each of them.
  const check = async (cache: string, pairs: readonly Pair[]): Promise<void> => {
    await writeFile(setting.path('pairs.json'), JSON.stringify(pairs));
    const { code, answer } = await python(interpreter, 'check', setting.path(cache), setting.path('pairs.json'));
    tell(code === 0 && answer['entries'] === pairs.length, `the class hits ${String(answer['hits'])} of ${pairs.length}, which are all ${String(answer['entries'])} entries; every PNG opens, every JSON is Python's byte for byte${described(answer)}`);
    const judged = await promisify(execFile)(interpreter, [VERIFY_HITS, setting.path(cache), setting.path('pairs.json'), ...(original === undefined ? [] : ['--original', original])]).catch((error: unknown) => ({ stdout: String(error) }));
    tell(judged.stdout.startsWith(`hits ${pairs.length} of ${pairs.length}\n`), `verify_hits.py${original === undefined ? '' : ' with the original class'}: ${judged.stdout.trim().split('\n')[0]}`);
  };
  for (const height of [32, 48]) {
    await make(`c${height}`, '--height', String(height));
    await check(`c${height}`, LINES.flatMap((text) => fonts.map((font) => ({ text, font_path: `fonts/${font}`, image_height: height }))));
  }
  await writeFile(setting.path('lines.json'), JSON.stringify(LINES));
  for (const prefix of ['fonts/', 'C:\\data\\fonts\\']) {
    const cache = prefix.startsWith('C') ? 'chosen-windows' : 'chosen';
    await make(cache, '--fonts-per-line', '3', '--font-prefix', prefix);
    const { answer } = await python(interpreter, 'choose', '3', setting.path('lines.json'), ...fonts.map((name) => `${prefix}${name}`));
    await check(cache, answer['pairs'] as Pair[]);
  }
}
