import { createHash } from 'node:crypto';
import { access, readFile, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deleteEntry, flipBit, makeSampleDataset, truncateEntry } from '../sample/index.ts';
import type { SampleDataset } from '../sample/index.ts';
import { createCliSetting, entryFileOf } from './larder.ts';
import type { CliSetting, JsonLine, LarderResult } from './larder.ts';

/** One story in order: every test goes on from where the one before it left the cache. */
let dataset: SampleDataset;
let setting: CliSetting;
const CONFIG = ['--config', 'config.yaml'] as const;
const FLIPPED = entryFileOf('train_1_a_1.nii.gz');
const CUT = entryFileOf('train_2_a_1.nii.gz');
const DELETED = entryFileOf('valid_1_a_1.nii.gz');

function larder(...words: string[]): Promise<LarderResult> {
  return setting.run(...words);
}
async function cachePath(file: string): Promise<string> {
  return join(await setting.cacheDirectory(), file);
}
function findingsOf(result: LarderResult): JsonLine[] {
  return result.json().filter((line) => line.type === 'findingFound').map((line) => line['finding'] as JsonLine);
}
function namesOf(result: LarderResult): unknown[] {
  return result.json().map((row) => row['name']);
}

beforeAll(async () => {
  dataset = makeSampleDataset();
  setting = await createCliSetting(dataset);
});
afterAll(async () => {
  await setting?.[Symbol.asyncDispose]();
});

describe('plan', () => {
  it('says as data what will be made, and changes nothing', async () => {
    const result = await larder('plan', ...CONFIG, '--json');
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const plan = result.one('plan');
    const uploads = [...dataset.volumes, dataset.damaged];
    expect(plan).toMatchObject({
      required: 16,
      present: 0,
      perSplit: { train: 11, valid: 5 },
      download: { files: 15, bytes: uploads.reduce((sum, upload) => sum + upload.bytes.length, 0), unknownSizes: 0 },
      source: { repository: 'larder/sample-chest', revision: setting.hub.commit },
      blocked: [{ name: dataset.absentName, reason: 'not-on-hub' }],
      disk: { fits: true },
    });
    const names = (plan['items'] as JsonLine[]).map((item) => item['name']);
    expect(names).toEqual([...dataset.names.train, ...dataset.names.valid].filter((name) => name !== dataset.absentName));
    await expect(access(setting.project.cacheRoot)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('says it in lines on stdout, none wider than 100 columns but for paths', async () => {
    const result = await larder('plan', ...CONFIG, '--only', 'train_1_a_1', 'train_2_a_1.nii.gz');
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(result.stdout).toMatch(/^ {2}to make +2 /m);
    const wide = result.stdout.split('\n').filter((line) => line.length > 100 && !line.includes(setting.project.directory));
    expect(wide).toEqual([]);
  });
});

describe('generate', () => {
  it('asks, and stops where nobody can answer', async () => {
    const result = await larder('generate', ...CONFIG);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(/\[CONFIRMATION_NEEDED\]\n.*--yes/);
    await expect(access(setting.project.cacheRoot)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('makes every sound volume and tells about the two that cannot be made', async () => {
    const result = await larder('generate', ...CONFIG, '--batch-size', '4', '--yes');
    expect(result.exitCode).toBe(1);
    expect(result.stdout).toMatch(/^Made 14 entries in /);
    expect(result.stdout).toContain('1 failed: train_9_a_1.nii.gz\n');
    expect(result.stdout).not.toContain('made    ');
    expect(result.stderr.match(/^made {4}/gm)).toHaveLength(14);
    expect(result.stderr).toMatch(/^failed {2}train_9_a_1\.nii\.gz: The gzip data are damaged .*\n {8}The download is byte for byte what larder\/sample-chest has/m);
    const files = await readdir(await setting.cacheDirectory());
    expect(files.toSorted()).toEqual(['cache_params.json', ...dataset.volumes.map((volume) => entryFileOf(volume.volumeName))].toSorted());
  });

  it('leaves alone what is there, and tries again what had failed', async () => {
    const before = await stat(await cachePath(FLIPPED));
    const result = await larder('generate', ...CONFIG, '--yes', '--json');
    expect(result).toMatchObject({ exitCode: 1, stderr: '' });
    expect(result.one('result')).toMatchObject({ published: 0, failed: 1, blocked: 1, failures: [{ name: 'train_9_a_1.nii.gz' }] });
    expect(result.one('itemFailed')).toMatchObject({ error: { code: 'NIFTI_INVALID' } });
    expect((await stat(await cachePath(FLIPPED))).mtimeMs).toBe(before.mtimeMs);
  });
});

describe('verify and fix', () => {
  let before: Map<string, string>;

  it('finds nothing wrong with what was just made', async () => {
    const result = await larder('verify', ...CONFIG, '--json');
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(result.one('result')).toMatchObject({ level: 'deep', entries: 14, sound: 14, damaged: 0, missing: 0, notMadeYet: 2, errors: 0, warnings: 0 });
    before = await setting.digests();
  });

  it('finds exactly the planted faults, each under its code', async () => {
    const planted = [await flipBit(await cachePath(FLIPPED)), await truncateEntry(await cachePath(CUT)), await deleteEntry(await cachePath(DELETED))];
    const result = await larder('verify', ...CONFIG, '--json');
    expect(result.exitCode).toBe(1);
    const errors = findingsOf(result).filter((finding) => finding['severity'] === 'error');
    expect(errors.map((finding) => [finding['code'], finding['name']]).toSorted()).toEqual([
      ['crc-mismatch', 'train_1_a_1.nii.gz'],
      ['missing', 'valid_1_a_1.nii.gz'],
      ['truncated', 'train_2_a_1.nii.gz'],
    ]);
    expect(planted.map((fault) => fault.code)).toEqual(['crc-mismatch', 'truncated', 'missing']);
    expect(result.one('result')).toMatchObject({ sound: 11, damaged: 2, missing: 1, errors: 3 });
  });

  it('takes the folder itself, or the one above it, in place of the config', async () => {
    for (const folder of [await setting.cacheDirectory(), setting.project.cacheRoot]) {
      const result = await larder('validate', '--cache', folder, '--quick');
      expect(result.exitCode).toBe(1);
      expect(result.stdout).toContain('repair with `larder fix`');
    }
  });

  it('does not forget after a quick look what a deep one had found', async () => {
    const result = await larder('verify', ...CONFIG, '--quick', '--json');
    expect(result.exitCode).toBe(1);
    expect(findingsOf(result).map((finding) => finding['code'])).toContain('crc-mismatch');
    const detail = (await larder('show', FLIPPED, ...CONFIG, '--json')).one('detail');
    expect(detail).toMatchObject({ state: 'damaged', findings: [{ code: 'crc-mismatch' }] });
  });

  it('lists what needs attention', async () => {
    const damaged = await larder('ls', ...CONFIG, '--state', 'damaged', '--json');
    expect(namesOf(damaged).toSorted()).toEqual(['train_1_a_1.nii.gz', 'train_2_a_1.nii.gz']);
    const missing = await larder('ls', ...CONFIG, '--state', 'missing', '--json');
    expect(namesOf(missing)).toEqual(['train_9_a_1.nii.gz', 'valid_1_a_1.nii.gz', 'valid_5_a_1.nii.gz']);
  });

  it('repairs all three, byte for byte, and keeps the damaged files', async () => {
    const damagedBytes = await readFile(await cachePath(CUT));
    const result = await larder('fix', ...CONFIG);
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toMatch(/^2 files set aside;.*\n3 entries made again\.$/m);
    expect(await setting.digests()).toEqual(before);
    const items = (await larder('quarantine', 'ls', ...CONFIG, '--json')).json();
    expect(items.map((item) => [item['file'], item['code']]).toSorted()).toEqual([[FLIPPED, 'crc-mismatch'], [CUT, 'truncated']].toSorted());
    expect(items.find((item) => item['file'] === CUT)).toMatchObject({ name: 'train_2_a_1.nii.gz', sizeBytes: damagedBytes.length });
  });

  it('is clean afterwards', async () => {
    const result = await larder('verify', ...CONFIG);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    expect(result.stdout).toContain('Every byte was checked: the cache is good.');
  });

  it('skips what has not changed since, if asked to', async () => {
    const result = await larder('verify', ...CONFIG, '--changed', '--json');
    expect(result.one('result')).toMatchObject({ entries: 14, skipped: 14, bytes: 0, errors: 0 });
  });
});

describe('quarantine', () => {
  it('puts nothing over a file that has the name again', async () => {
    const [first] = (await larder('quarantine', 'ls', ...CONFIG, '--json')).json();
    const refused = await larder('quarantine', 'restore', String(first!['id']), ...CONFIG);
    expect(refused).toMatchObject({ exitCode: 3, stdout: '' });
    expect(refused.stderr).toContain('[ENTRY_EXISTS]');
    const all = await larder('quarantine', 'restore', '--all', ...CONFIG);
    expect(all.exitCode).toBe(0);
    expect(all.stdout).toBe('0 files put back.\n');
    expect(all.stderr.match(/is in the cache again/g)).toHaveLength(2);
    expect((await larder('verify', ...CONFIG)).exitCode).toBe(0);
  });

  it('puts a damaged file back byte for byte where that is wanted, and it is found again', async () => {
    const items = (await larder('quarantine', 'ls', ...CONFIG, '--json')).json();
    const cut = items.find((item) => item['file'] === CUT)!;
    const result = await larder('quarantine', 'restore', String(cut['id']), ...CONFIG, '--replace', '--json');
    expect(result.one('restored')).toMatchObject({ file: CUT });
    expect((await stat(await cachePath(CUT))).size).toBe(cut['sizeBytes']);
    expect((await larder('verify', ...CONFIG)).exitCode).toBe(1);
    expect((await larder('fix', ...CONFIG)).exitCode).toBe(0);
  });

  it('is emptied only when told to', async () => {
    const refused = await larder('quarantine', 'purge', '--all', ...CONFIG);
    expect(refused.exitCode).toBe(2);
    const purged = await larder('quarantine', 'purge', '--all', '--yes', ...CONFIG, '--json');
    expect(purged.exitCode).toBe(0);
    expect(purged.json()).toHaveLength(3);
    expect((await larder('quarantine', 'ls', ...CONFIG)).stdout).toBe('The quarantine is empty.\n');
    expect((await readdir(await setting.cacheDirectory())).filter((name) => name.startsWith('.'))).toEqual([]);
  });
});

describe('map', () => {
  const pairs = (): [string, string][] => [...dataset.names.train, ...dataset.names.valid].map((name) => [entryFileOf(name).slice(0, -3), name]);

  it('writes hash to name as JSON, to a file or to stdout', async () => {
    const result = await larder('map', ...CONFIG);
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const written: unknown = JSON.parse(await readFile(join(setting.project.directory, 'hash_map.json'), 'utf8'));
    expect(written).toEqual(Object.fromEntries(pairs()));
    expect(JSON.parse((await larder('map', ...CONFIG, '--output-path', '-')).stdout)).toEqual(written);
  });

  it('writes it as CSV, from lists alone', async () => {
    const result = await larder('map', '--csv-path', 'train.csv', 'valid.csv', '--output-path', 'map.csv');
    expect(result.exitCode).toBe(0);
    const text = await readFile(join(setting.project.directory, 'map.csv'), 'utf8');
    expect(text).toBe(['hash,VolumeName', ...pairs().map(([key, name]) => `${key},${name}`), ''].join('\n'));
  });
});

describe('show, stats, ls, export', () => {
  it('answers what a file is, by hash, by file name and by volume name', async () => {
    const upload = dataset.volumes.find((volume) => volume.volumeName === 'train_6_a_1.nii.gz')!;
    const file = entryFileOf(upload.volumeName);
    for (const wanted of [file.slice(0, 8), file, upload.volumeName]) {
      const result = await larder('show', wanted, ...CONFIG, '--json');
      expect(result).toMatchObject({ exitCode: 0, stderr: '' });
      expect(result.one('detail')).toMatchObject({
        name: upload.volumeName,
        key: file.slice(0, -3),
        state: 'cached',
        shape: [1, 48, 64, 64],
        dtype: 'float32',
        source: { repository: 'larder/sample-chest', revision: setting.hub.commit, repositoryPath: upload.repositoryPath, sha256: createHash('sha256').update(upload.bytes).digest('hex') },
        digest: createHash('sha256').update(await readFile(await cachePath(file))).digest('hex'),
      });
    }
  });

  it('says that there is no such entry', async () => {
    const result = await larder('show', 'train_77', ...CONFIG);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toContain('[ENTRY_NOT_FOUND]');
  });

  it('counts by state and split', async () => {
    const stats = (await larder('stats', ...CONFIG, '--json')).one('stats');
    const directory = await setting.cacheDirectory();
    const sizes = await Promise.all(Array.from((await setting.digests()).keys(), async (file) => (await stat(join(directory, file))).size));
    const bytes = sizes.reduce((sum, size) => sum + size);
    expect(stats).toMatchObject({ required: 16, files: 14, bytes, quarantineBytes: 0, states: { cached: { count: 14, bytes }, missing: { count: 2 }, damaged: { count: 0 } }, perSplit: { train: { required: 11, present: 10 }, valid: { required: 5, present: 4 } } });
    expect((await larder('stats', ...CONFIG)).stdout).toMatch(/coverage +14 of 16 \(87\.5 %\)/);
  });

  it('filters, sorts and pages', async () => {
    expect(namesOf(await larder('ls', ...CONFIG, '--name', 'train_3', '--json'))).toEqual(['train_3_a_1.nii.gz', 'train_3_b_1.nii.gz']);
    expect(namesOf(await larder('ls', ...CONFIG, '--name', FLIPPED.slice(0, 6), '--json'))).toEqual(['train_1_a_1.nii.gz']);
    const last = await larder('ls', ...CONFIG, '--sort', 'name', '--desc', '--limit', '2', '--json');
    expect(namesOf(last)).toEqual(['valid_5_a_1.nii.gz', 'valid_4_a_1.nii.gz']);
    const page = await larder('ls', ...CONFIG, '--limit', '3', '--offset', '2', '--json');
    expect(namesOf(page)).toEqual(dataset.names.train.slice(2, 5));
    expect(namesOf(await larder('ls', ...CONFIG, '--min-size', '1MB', '--json'))).toEqual([]);
    expect(namesOf(await larder('ls', ...CONFIG, '--newer', '1h', '--min-size', '500kB', '--json'))).toHaveLength(14);
  });

  it('writes everything it knows as one document', async () => {
    const result = await larder('export', ...CONFIG, '--output', 'cache.json');
    expect(result).toMatchObject({ exitCode: 0, stderr: '' });
    const document = JSON.parse(await readFile(join(setting.project.directory, 'cache.json'), 'utf8')) as { readonly entries: readonly JsonLine[] };
    expect(document.entries.map((entry) => entry['name']).toSorted()).toEqual([...dataset.names.train, ...dataset.names.valid].toSorted());
  });

  it('writes the same entries as lines of JSON and as a table', async () => {
    const read = async (name: string): Promise<string> => await readFile(join(setting.project.directory, name), 'utf8');
    expect((await larder('export', ...CONFIG, '--output', 'all.json')).exitCode).toBe(0);
    expect((await larder('export', ...CONFIG, '--output', 'all.jsonl')).exitCode).toBe(0);
    expect((await larder('export', ...CONFIG, '--output', 'all.txt', '--format', 'csv')).exitCode).toBe(0);
    const { entries } = JSON.parse(await read('all.json')) as { readonly entries: readonly JsonLine[] };
    expect((await read('all.jsonl')).trimEnd().split('\n').map((line) => JSON.parse(line) as JsonLine)).toEqual(entries);
    const [head, ...rows] = (await read('all.txt')).trimEnd().split('\n');
    expect(head!.split(',')).toEqual(Object.keys(entries[0]!));
    expect(rows).toHaveLength(entries.length);
    const at = head!.split(',').indexOf('key');
    expect(rows.map((row) => row.split(',')[at])).toEqual(entries.map((entry) => entry['key']));
    expect((await larder('export', ...CONFIG, '--output', 'x', '--format', 'xml')).exitCode).toBe(2);
  });
});

describe('clear', () => {
  it('shows what would go and stops where nobody can answer', async () => {
    const result = await larder('clear', ...CONFIG, '--name', 'train_8');
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(/Would set aside 1 entry .*\n {2}train_8_a_1\.nii\.gz\n/);
    await access(await cachePath(entryFileOf('train_8_a_1.nii.gz')));
  });

  it('sets entries aside and puts them back', async () => {
    const before = await setting.digests();
    const cleared = await larder('clear', ...CONFIG, '--name', 'valid', '--yes', '--json');
    expect(cleared.one('result')).toMatchObject({ count: 4, quarantined: true });
    expect(await setting.digests()).toHaveProperty('size', 10);
    expect((await larder('quarantine', 'restore', '--all', ...CONFIG)).stdout).toMatch(/^4 files put back/);
    expect(await setting.digests()).toEqual(before);
    expect((await larder('verify', ...CONFIG)).exitCode).toBe(0);
  });

  it('deletes for good when told to, and what was deleted is made again', async () => {
    const before = await setting.digests();
    const cleared = await larder('clear', ...CONFIG, '--name', 'train_8', '--delete', '--yes');
    expect(cleared.stdout).toMatch(/^1 entry \(.*\) deleted\.$/m);
    expect((await larder('quarantine', 'ls', ...CONFIG)).stdout).toBe('The quarantine is empty.\n');
    const made = await larder('generate', ...CONFIG, '--only', 'train_8_a_1.nii.gz', '--yes');
    expect(made).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^Made 1 entry in /) as string });
    expect(await setting.digests()).toEqual(before);
  });
});

describe('jobs and the catalog', () => {
  it('lists what was done', async () => {
    const jobs = (await larder('jobs', 'ls', '--json')).json();
    expect(new Set(jobs.map((job) => job['command']))).toEqual(new Set(['generate', 'verify', 'fix', 'clear']));
    expect(new Set(jobs.map((job) => job['state']))).toEqual(new Set(['succeeded']));
  });

  it('loses nothing but history with the catalog', async () => {
    const before = await setting.digests();
    await rm(join(setting.project.directory, '..', 'data'), { recursive: true });
    expect((await larder('jobs', 'ls')).stdout).toBe('No jobs yet.\n');
    expect((await larder('ls', ...CONFIG, '--state', 'cached', '--json')).json()).toHaveLength(14);
    expect((await larder('verify', ...CONFIG)).exitCode).toBe(0);
    expect(await setting.digests()).toEqual(before);
  });
});

describe('wrong usage', () => {
  it.each([
    { words: ['verfy'], says: /There is no command "verfy"[^]*larder verify/ },
    { words: ['plan', '--confg', 'x'], says: /Unknown flag --confg[^]*--config/ },
    { words: ['plan'], says: /needs a config/ },
    { words: ['plan', '--config', 'none.yaml'], says: /none\.yaml/ },
    { words: ['generate', '--config', 'config.yaml', '--batch-size', '0'], says: /--batch-size takes a whole number/ },
    { words: ['ls', '--config', 'config.yaml', '--state', 'rotten'], says: /--state does not know "rotten"/ },
    { words: ['verify', '--config', 'config.yaml', '--quick', '--deep'], says: /exclude each other/ },
    { words: ['verify', '--cache', 'nowhere'], says: /nowhere/ },
    { words: ['forget', '--cache', 'nowhere'], says: /The library does not know .*nowhere/ },
    { words: ['jobs', 'resume', '999999'], says: /There is no job 999999/ },
  ])('$words: exit code 2, on stderr, without a stack', async ({ words, says }) => {
    const result = await larder(...words);
    expect(result).toMatchObject({ exitCode: 2, stdout: '' });
    expect(result.stderr).toMatch(says);
    expect(result.stderr).not.toMatch(/^ +at /m);
  });

  it('is told as data too', async () => {
    const result = await larder('plan', '--config', 'none.yaml', '--json');
    expect(result).toMatchObject({ exitCode: 2, stderr: '' });
    expect(result.one('error')).toMatchObject({ error: { code: 'CONFIG_UNREADABLE' } });
  });

  it('has help for every command, on stdout', async () => {
    const first = await larder('--help');
    expect(first).toMatchObject({ exitCode: 0, stderr: '' });
    for (const name of ['plan', 'generate', 'verify', 'fix', 'map', 'show', 'ls', 'stats', 'export', 'clear', 'quarantine', 'jobs', 'demo']) {
      expect(first.stdout).toMatch(new RegExp(`^ {2}${name} `, 'm'));
    }
    const one = await larder('generate', '--help');
    expect(one).toMatchObject({ exitCode: 0, stderr: '' });
    expect(one.stdout).toMatch(/Examples[^]*--batch-size[^]*Exit codes/);
  });
});
