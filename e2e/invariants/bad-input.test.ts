import { chmod, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTorchShape } from './torch-shape.ts';
import { entryFileOf, expectNoStack, expectTold, lineOf, linesOf } from './answers.ts';
import { LOGIN_PAGE, cutOff, flatAxis, fourAxes, gzipDamaged, impossibleSize, nanAffine, parallelAxes, rgb, voxelsMissing, wrongChecksum, zeroSpacing } from './bad-nifti.ts';
import { openSetting, soundEntries } from './setting.ts';
import type { Setting } from './setting.ts';
import { asNobody } from './small-disk.ts';
import { tinyDataset, tinyName } from './tiny-dataset.ts';

const TINY = { targetShape: [8, 8, 8] } as const;
let setting: Setting;
const generate = (): string[] => ['generate', '--config', setting.project.configPath, '--yes', '--num-workers', '2'];

async function editConfig(change: (text: string) => string): Promise<void> {
  const { configPath } = setting.project;
  const before = await readFile(configPath, 'utf8');
  const after = change(before);
  if (after === before) throw new Error('the config is as it was');
  await writeFile(configPath, after);
}

afterEach(() => setting.close());

/** Raw files that cannot be made into entries, and what has to be said about them. */
const UNUSABLE: readonly { readonly what: string; readonly bytes: Buffer; readonly code: string; readonly says: RegExp }[] = [
  { what: 'an empty file', bytes: Buffer.alloc(0), code: 'NIFTI_INVALID', says: /empty|no bytes|ends/i },
  { what: 'a cut-off file', bytes: cutOff(), code: 'NIFTI_INVALID', says: /end|cut|truncated/i },
  { what: 'a damaged gzip stream', bytes: gzipDamaged(), code: 'NIFTI_INVALID', says: /gzip/i },
  { what: 'a wrong gzip checksum', bytes: wrongChecksum(), code: 'NIFTI_INVALID', says: /gzip|checksum/i },
  { what: 'a login page', bytes: LOGIN_PAGE, code: 'NIFTI_INVALID', says: /gzip|HTML|web page/i },
  { what: 'a volume without its last voxels', bytes: voxelsMissing(), code: 'NIFTI_INVALID', says: /1?\d{3} of 1920 bytes/ },
  { what: 'colours', bytes: rgb(), code: 'NIFTI_UNSUPPORTED', says: /RGB/ },
  { what: 'a NaN in the affine', bytes: nanAffine(), code: 'NIFTI_INVALID', says: /NaN/ },
  { what: 'two axes that lead the same way', bytes: parallelAxes(), code: 'AFFINE_INVALID', says: /ax[ie]s|affine|spacing/i },
  { what: 'an impossible size', bytes: impossibleSize(), code: 'NIFTI_INVALID', says: /claims|hold|sizes/ },
];

describe('raw files', () => {
  beforeEach(async () => {
    setting = await openSetting({ ...TINY, dataset: tinyDataset(UNUSABLE.length + 3) });
    await mkdir(setting.rawDirectory);
  });

  it('that cannot be used cost their own item, are named with the reason, and the rest is made', async () => {
    for (const [n, { bytes }] of UNUSABLE.entries()) await writeFile(join(setting.rawDirectory, tinyName(n)), bytes);
    const result = await setting.run(...generate(), '--json');
    expect(result.code).toBe(1);
    expectNoStack(result);
    const failed = new Map(linesOf(result).filter((line) => line.type === 'itemFailed').map((line) => [line['name'], line['error'] as { code: string; message: string; hint?: string }]));
    const judged = UNUSABLE.map(({ what, says }, n) => {
      const error = failed.get(tinyName(n));
      return { what, code: error?.code, namesTheFile: error?.message.includes(join(setting.rawDirectory, tinyName(n))), saysWhy: says.test(error?.message ?? '') || error?.message, saysWhatToDo: (error?.hint ?? '') !== '' };
    });
    expect(judged).toEqual(UNUSABLE.map(({ what, code }) => ({ what, code, namesTheFile: true, saysWhy: true, saysWhatToDo: true })));
    expect(failed.size).toBe(UNUSABLE.length);
    expect(lineOf(result, 'result')).toMatchObject({ published: 3, failed: UNUSABLE.length });
    expect(Array.from((await soundEntries(setting.cacheDirectory())).keys()).sort()).toEqual([UNUSABLE.length, UNUSABLE.length + 1, UNUSABLE.length + 2].map((n) => entryFileOf(tinyName(n))).sort());
  });

  it('that cannot be used are told in lines too, one pair per file, and stay where they are', async () => {
    await writeFile(join(setting.rawDirectory, tinyName(0)), LOGIN_PAGE);
    const result = await setting.run(...generate(), '--only', tinyName(0), tinyName(11), '--clean-local-raw-files');
    expect(result.code).toBe(1);
    expectNoStack(result);
    expect(result.stderr).toMatch(new RegExp(`^failed  .*${tinyName(0)}: .*\\n {8}\\S`, 'm'));
    expect(result.stdout).toContain(`1 failed: ${tinyName(0)}`);
    expect(await readFile(join(setting.rawDirectory, tinyName(0)))).toEqual(LOGIN_PAGE);
  });

  it('with four axes become channels; a spacing of 0 and an sform without length are repaired as nibabel and MONAI do', async () => {
    await writeFile(join(setting.rawDirectory, tinyName(0)), fourAxes());
    await writeFile(join(setting.rawDirectory, tinyName(1)), zeroSpacing());
    await writeFile(join(setting.rawDirectory, tinyName(2)), flatAxis());
    const result = await setting.run(...generate(), '--only', tinyName(0), tinyName(1), tinyName(2), '--json');
    expect({ code: result.code, said: result.stderr }).toEqual({ code: 0, said: '' });
    const entries = await soundEntries(setting.cacheDirectory());
    expect(readTorchShape(entries.get(entryFileOf(tinyName(0)))!)).toEqual([2, 8, 8, 8]);
    for (const n of [1, 2]) expect(readTorchShape(entries.get(entryFileOf(tinyName(n)))!)).toEqual([1, 8, 8, 8]);
  });
});

describe('configs', () => {
  beforeEach(async () => {
    setting = await openSetting({ ...TINY, dataset: tinyDataset(2) });
  });

  it.each([
    { what: 'a tab', change: (text: string) => text.replace('  clip_hu_min', '\tclip_hu_min'), code: 'CONFIG_INVALID', about: /config\.yaml:\d+:\d+.*tab/i },
    { what: 'a text for a number', change: (text: string) => text.replace('clip_hu_min: -1000', 'clip_hu_min: "low"'), code: 'CONFIG_INVALID', about: /config\.yaml:\d+:\d+: image_processing\.clip_hu_min/ },
    { what: 'a list for a text', change: (text: string) => text.replace(/repo_id: .*/, 'repo_id: [a, b]'), code: 'CONFIG_INVALID', about: /config\.yaml:\d+:\d+: downloads\.repo_id/ },
    { what: 'a variable that is not set', change: (text: string) => text.replace(/img_dir: .*/, 'img_dir: ${LARDER_NO_SUCH_VARIABLE}/raw'), code: 'CONFIG_INVALID', about: /config\.yaml:\d+:\d+: paths\.img_dir: .*LARDER_NO_SUCH_VARIABLE is not set/ },
    { what: 'nothing', change: () => '', code: 'CONFIG_INVALID', about: /config\.yaml/ },
    { what: 'no mapping', change: () => '- a\n- b\n', code: 'CONFIG_INVALID', about: /config\.yaml/ },
    { what: 'bytes that are no text', change: () => '\u0000\u0001\u0002', code: 'CONFIG_INVALID', about: /config\.yaml/ },
    { what: 'an alias that doubles itself', change: (text: string) => `a: &a [x, x]\n${Array.from({ length: 40 }, (_, n) => `b${n}: &b${n} [*${n === 0 ? 'a' : `b${n - 1}`}, *${n === 0 ? 'a' : `b${n - 1}`}]`).join('\n')}\n${text.replace(/repo_id: .*/, 'repo_id: *b39')}`, code: 'CONFIG_INVALID', about: /config\.yaml:\d+/ },
  ])('with $what are refused with the line and what would be right', async ({ change, code, about }) => {
    await editConfig(change);
    for (const words of [['plan', '--config', setting.project.configPath], generate(), ['verify', '--config', setting.project.configPath]]) {
      expectTold(await setting.run(...words), { exit: 2, code, about });
    }
    await expect(stat(setting.project.cacheRoot)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('that are not there, or are folders, are named', async () => {
    expectTold(await setting.run('plan', '--config', join(setting.root, 'none.yaml')), { exit: 2, code: 'CONFIG_UNREADABLE', about: /none\.yaml/ });
    expectTold(await setting.run('plan', '--config', setting.root), { exit: 2, code: 'CONFIG_UNREADABLE', about: setting.root });
  });

  it('whose cache folder lies below a file are refused by that path', async () => {
    await editConfig((text) => text.replace(/cache_dir: .*/, `cache_dir: ${JSON.stringify(join(setting.project.trainCsvPath, 'cache'))}`));
    const about = /train\.csv/;
    const told = await setting.run(...generate());
    expectTold(told, { exit: 2, code: 'FILE_NOT_FOUND', about });
    expectTold(await setting.run('plan', '--config', setting.project.configPath), { exit: 2, code: 'FILE_NOT_FOUND', about });
  });
});

describe('lists', () => {
  beforeEach(async () => {
    setting = await openSetting({ ...TINY, dataset: tinyDataset(2) });
  });

  it.each([
    { what: 'no file', write: (path: string) => rm(path), about: /train\.csv/ },
    { what: 'an empty file', write: (path: string) => writeFile(path, ''), about: /train\.csv/ },
    { what: 'another column', write: (path: string) => writeFile(path, 'Name\nscan_0000.nii.gz\n'), about: /train\.csv.*VolumeName/ },
    { what: 'a quote that never ends', write: (path: string) => writeFile(path, 'VolumeName\n"scan_0000.nii.gz\n'), about: /train\.csv:2/ },
    { what: 'Latin-1', write: (path: string) => writeFile(path, Buffer.from('VolumeName\nsc\xe4n.nii.gz\n', 'latin1')), about: /train\.csv:2/ },
  ])('with $what are refused by file and line', async ({ write, about }) => {
    await write(setting.project.trainCsvPath);
    const result = await setting.run(...generate());
    expectTold(result, { exit: 2, code: 'LIST_INVALID', about });
  });
});

describe('folders', () => {
  it('with spaces, Khmer letters and 200 characters hold a cache like any other', async () => {
    const outside = await openSetting({ ...TINY, dataset: tinyDataset(3) });
    setting = outside;
    const projectDirectory = join(outside.root, 'my caches (2026)', 'ឃ្លាំងទិន្នន័យ', `${'long'.repeat(50)}`);
    setting = await openSetting({ ...TINY, dataset: tinyDataset(3), projectDirectory });
    const config = ['--config', setting.project.configPath];
    try {
      expect((await setting.run(...generate())).code).toBe(0);
      expect((await soundEntries(setting.cacheDirectory())).size).toBe(3);
      expect((await setting.run('verify', ...config)).code).toBe(0);
      expect(lineOf(await setting.run('show', tinyName(1), ...config, '--json'), 'detail')).toMatchObject({ name: tinyName(1), state: 'cached', directory: setting.cacheDirectory() });
      expect((await setting.run('clear', ...config, '--yes')).code).toBe(0);
      expect((await setting.run('quarantine', 'restore', '--all', ...config)).stdout).toMatch(/^3 files put back/);
      expect((await setting.run('verify', '--cache', setting.cacheDirectory())).code).toBe(0);
    } finally {
      await outside.close();
    }
  });

  it('that may not be written are refused by path, before anything is downloaded', async () => {
    setting = await openSetting({ ...TINY, dataset: tinyDataset(2) });
    const nobody = await asNobody(setting);
    await mkdir(setting.project.cacheRoot);
    const result = await setting.startWith(nobody, ...generate()).ended;
    expectTold(result, { exit: 3, code: 'PERMISSION_DENIED', about: setting.project.cacheRoot });
    expect(setting.hub.storageBytes()).toBe(0);
  });

  it('that may not even be looked into are refused by path', async () => {
    setting = await openSetting({ ...TINY, dataset: tinyDataset(2) });
    const nobody = await asNobody(setting);
    await setting.run(...generate());
    await chmod(setting.cacheDirectory(), 0o700);
    const config = ['--config', setting.project.configPath];
    for (const words of [generate(), ['verify', ...config], ['ls', ...config], ['stats', ...config], ['fix', ...config], ['clear', ...config, '--yes']]) {
      expectTold(await setting.startWith(nobody, ...words).ended, { exit: 3, code: 'PERMISSION_DENIED', about: setting.cacheDirectory() });
    }
  });

  it('of entries without permission: every entry is named as unreadable, none is taken for damaged or touched', async () => {
    setting = await openSetting({ ...TINY, dataset: tinyDataset(2) });
    const nobody = await asNobody(setting);
    await setting.run(...generate());
    await chmod(join(setting.cacheDirectory(), entryFileOf(tinyName(0))), 0o600);
    const result = await setting.startWith(nobody, 'verify', '--config', setting.project.configPath).ended;
    expect(result.code).toBe(1);
    expectNoStack(result);
    expect(result.stderr).toMatch(new RegExp(`unreadable  ${tinyName(0)}.*no permission`));
    expect((await soundEntries(setting.cacheDirectory())).size).toBe(2);
  });

  it('of raw files that may only be read are read, and cleaning them is refused by path with the cache complete', async () => {
    setting = await openSetting({ ...TINY, dataset: tinyDataset(2) });
    const nobody = await asNobody(setting);
    await mkdir(setting.rawDirectory);
    for (const volume of setting.dataset.volumes) await writeFile(join(setting.rawDirectory, volume.volumeName), volume.bytes);
    await mkdir(setting.project.cacheRoot);
    await chmod(setting.project.cacheRoot, 0o777);
    const result = await setting.startWith(nobody, ...generate(), '--clean-local-raw-files').ended;
    expectTold(result, { exit: 3, code: 'PERMISSION_DENIED', about: /removing the raw file .*scan_000\d\.nii\.gz/ });
    expect((await soundEntries(setting.cacheDirectory())).size).toBe(2);
    for (const volume of setting.dataset.volumes) expect(await readFile(join(setting.rawDirectory, volume.volumeName))).toEqual(volume.bytes);
    expect((await setting.startWith(nobody, ...generate()).ended).code).toBe(0);
  });
});
