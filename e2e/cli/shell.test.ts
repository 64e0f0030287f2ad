import { spawn, spawnSync } from 'node:child_process';
import { lstat, mkdir, open, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI } from '../browser/ensure-built.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import { mountProblem, mountSmallDisk } from '../invariants/small-disk.ts';
import { makeSampleDataset } from '../sample/index.ts';
import { createCliSetting } from './larder.ts';
import type { CliSetting } from './larder.ts';

const CONFIG = ['--config', 'config.yaml'] as const;
const LAUNCHER = fileURLToPath(new URL('../../bin/larder.mjs', import.meta.url));
const FIRST_OF_ALL = 'train_1_a_1.nii.gz';
const noSmallDisk = mountProblem();

let setting: CliSetting;
let folder: string;
beforeAll(async () => {
  setting = await createCliSetting(makeSampleDataset());
  folder = dirname(setting.project.directory);
});
afterAll(async () => {
  await setting?.[Symbol.asyncDispose]();
});

interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Through a shell, for what only a shell does with streams. Not in its turn alone: the Hub lives in this process. */
async function shell(script: string): Promise<Ended> {
  const environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
  const child = spawn('bash', ['-c', script], { cwd: setting.project.directory, env: { ...environment, NODE: process.execPath, CLI }, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stderr }));
  });
}

describe('words that no command takes', () => {
  beforeAll(async () => {
    expect((await setting.run('generate', ...CONFIG, '--limit', '3', '--yes')).exitCode).toBe(0);
  });

  it('are refused: a name without --only is not everything', async () => {
    const before = await setting.digests();
    const refused = await setting.run('clear', ...CONFIG, FIRST_OF_ALL, '--delete', '--yes');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(refused.stderr).toBe(`error \`larder clear\` takes no "${FIRST_OF_ALL}". [ARGUMENT_INVALID]\n      A config is given with --config, a cache folder with --cache, entries with --only.\n`);
    expect(await setting.digests()).toEqual(before);
    for (const words of [['verify', ...CONFIG, 'x'], ['jobs', 'cancel', 'a', 'b'], ['settings', 'set', 'workers', '3', '4'], ['sample', 'damage', 'x'], ['map', ...CONFIG, 'x']]) {
      expect((await setting.run(...words, '--json')).one('error')).toMatchObject({ error: { code: 'ARGUMENT_INVALID', message: expect.stringContaining(words.at(-1)!) } });
    }
  });

  it('nor is a variable that was empty the working directory or every entry', async () => {
    const before = await setting.digests();
    for (const words of [['clear', ...CONFIG, '--name', '', '--delete', '--yes'], ['clear', '--cache', '', '--yes'], ['plan', '--config', ''], ['verify', ...CONFIG, '--only', '']]) {
      const refused = await setting.run(...words, '--json');
      expect(refused.exitCode).toBe(2);
      expect(refused.one('error')).toMatchObject({ error: { code: 'ARGUMENT_INVALID', message: expect.stringMatching(/^--[a-z]+ was given nothing\.$/) } });
    }
    expect(await setting.digests()).toEqual(before);
    // What training writes before a font file may be nothing.
    expect((await setting.run('pregenerate', '--font-prefix', '', '--corpus-dir', 'nowhere')).stderr).not.toContain('was given nothing');
  });

  it('nor is a split that there is not one in which all is well', async () => {
    for (const command of ['plan', 'generate', 'verify', 'fix']) {
      const refused = await setting.run(command, ...CONFIG, '--split', 'vaild', '--json');
      expect(refused.exitCode).toBe(2);
      expect(refused.one('error')).toMatchObject({ error: { code: 'ARGUMENT_INVALID', message: expect.stringContaining('has no split "vaild"'), hint: 'There are train, valid.' } });
    }
    const nothing = await setting.run('verify', ...CONFIG, '--name', 'no such name');
    expect(nothing.exitCode).toBe(0);
    expect(nothing.stdout).toContain('No entry was checked');
    expect(nothing.stdout).not.toContain('the cache is good');
    expect((await setting.run('verify', ...CONFIG)).stdout).toContain('Every byte was checked: the cache is good.');
    expect((await setting.run('verify', ...CONFIG, '--changed')).stdout).toContain('Every byte of what had changed was checked: the cache is good.');
  });

  it('begin with a dash: one line says how they are written', async () => {
    const refused = await setting.run('plan', ...CONFIG, '--limit', '-1');
    expect(refused.stderr).toBe("error Option '--limit' argument is ambiguous. [ARGUMENT_INVALID]\n      A value that begins with a dash is written --limit=-… .\n");
  });
});

describe('places that are no files', () => {
  it('nor lists, nor numbers that are none: the flag is named, and not a file nobody has written', async () => {
    for (const path of [folder, join(folder, 'nowhere.csv')]) expect((await setting.run('map', '--csv-path', path, '--json')).one('error')).toMatchObject({ error: { code: 'LIST_INVALID', message: expect.stringMatching(/it is a folder\.$|there is no such file\.$/), hint: 'Check the path given with --csv-path; relative paths start at the working directory.' } });
    expect((await setting.run('pregenerate', '--height', '5', '--json')).one('error')).toMatchObject({ error: { code: 'ARGUMENT_INVALID', message: '--height takes a whole number from 16 to 256; "5" is none.' } });
  });

  it('are told as such', async () => {
    for (const words of [['map', ...CONFIG, '--output-path', folder], ['plan', ...CONFIG, '--only-from', folder], ['settings', 'set', 'ca-file', folder]]) {
      const refused = await setting.run(...words, '--json');
      expect(refused.exitCode).toBe(2);
      expect(refused.one('error')).toMatchObject({ error: { code: 'FILE_NOT_FOUND', message: expect.stringContaining(`${folder} is a folder, not a file`) } });
    }
    expect((await setting.run('export', ...CONFIG, '--output', '-')).stderr).toContain('[ARGUMENT_INVALID]');
    expect((await setting.run('map', ...CONFIG, '--output-path', '-', '--json')).one('error')).toMatchObject({ error: { code: 'ARGUMENT_INVALID' } });
  });

  it.skipIf(process.platform === 'win32')('are written to, or refused as a config, and never replaced', async () => {
    const pipe = join(folder, 'pipe');
    expect((await shell(`mkfifo '${pipe}'`)).code).toBe(0);
    const refused = await setting.run('plan', '--config', pipe, '--json');
    expect(refused.one('error')).toMatchObject({ error: { code: 'CONFIG_UNREADABLE', message: expect.stringContaining('a device or a pipe') } });
    for (const words of ['map --output-path', 'export --output']) {
      const read = join(folder, 'read.json');
      expect(await shell(`cat '${pipe}' > '${read}' & "$NODE" "$CLI" ${words} '${pipe}' --config config.yaml; code=$?; wait; exit $code`)).toEqual({ code: 0, stderr: '' });
      expect((await lstat(pipe)).isFIFO()).toBe(true);
      expect(Object.keys(JSON.parse(await readFile(read, 'utf8')) as object).length).toBeGreaterThan(0);
    }
    await rm(pipe);
  });

  it.skipIf(process.platform === 'win32')('lead on to one: the file behind a link is written, there already or not yet', async () => {
    await mkdir(join(folder, 'shared'), { recursive: true });
    const [link, file] = [join(folder, 'link.json'), join(folder, 'shared', 'map.json')];
    await symlink(join('shared', 'map.json'), link);
    for (let round = 0; round < 2; round++) {
      expect(await setting.run('map', ...CONFIG, '--output-path', link)).toMatchObject({ exitCode: 0, stdout: `16 names written to ${link}\n` });
      expect((await lstat(link)).isSymbolicLink()).toBe(true);
      expect(Object.values(JSON.parse(await readFile(file, 'utf8')) as object)).toHaveLength(16);
      await writeFile(file, 'of before');
    }
  });
});

describe.skipIf(process.platform === 'win32')('streams', () => {
  it.skipIf(noSmallDisk !== undefined)(`on a full disk: results that are lost are an error, messages that are lost are none${noSmallDisk === undefined ? '' : ` (${noSmallDisk})`}`, async () => {
    const disk = mountSmallDisk('size=4k');
    try {
      await writeFile(join(disk.directory, 'all of it'), Buffer.alloc(4096));
      for (const flags of ['', '--json']) {
        const lost = await shell(`"$NODE" "$CLI" plan --config config.yaml ${flags} > '${disk.directory}/plan'`);
        expect(lost).toMatchObject({ code: 3, stderr: expect.stringContaining('error The results could not all be written to standard output: the disk it leads to has no room. [DISK_FULL]') });
      }
      expect((await setting.run('clear', ...CONFIG, '--delete', '--yes')).exitCode).toBe(0);
      expect(await shell(`"$NODE" "$CLI" generate --config config.yaml --limit 2 --yes 2> '${disk.directory}/log'`)).toEqual({ code: 0, stderr: '' });
      expect((await setting.digests()).size).toBe(2);
    } finally {
      disk.unmount();
    }
  });

  it('that nobody reads any more: a list ends, a job is stopped in good order and not told to be well', async () => {
    expect((await setting.run('clear', ...CONFIG, '--delete', '--yes')).exitCode).toBe(0);
    expect(await shell('"$NODE" "$CLI" ls --config config.yaml | true; exit ${PIPESTATUS[0]}')).toEqual({ code: 0, stderr: '' });
    expect((await shell('"$NODE" "$CLI" generate --config config.yaml --yes --json | head -n 1 > /dev/null; exit ${PIPESTATUS[0]}')).code).toBe(130);
    const job = (await setting.run('jobs', 'ls', '--json')).json()[0]!;
    expect(job).toMatchObject({ command: 'generate', state: 'cancelled' });
    expect((await shell('"$NODE" "$CLI" generate --config config.yaml --limit 2 --yes 2> >(true) > result')).code).toBe(0);
    expect(await readFile(join(setting.project.directory, 'result'), 'utf8')).toMatch(/^Made 2 entries/);
  });
});

describe.skipIf(process.platform !== 'linux')('places of the environment that are no use', () => {
  it('are told with what to set', async () => {
    for (const [variable, path, code] of [['LARDER_DATA_DIR', '/proc/larder/data', 'FILE_NOT_FOUND'], ['LARDER_DATA_DIR', setting.project.configPath, 'IO_FAILED'], ['TMPDIR', '/nowhere', 'FILE_NOT_FOUND']] as const) {
      const refused = await shell(`${variable}='${path}' timeout 30 "$NODE" "$CLI" ${variable === 'TMPDIR' ? 'demo' : 'jobs ls'}`);
      expect(refused.code).toBeLessThan(3);
      expect(refused.stderr).toMatch(new RegExp(`^error .*${path}.* \\[${code}\\]\n {6}Set ${variable} to a folder that can be written\\.\n$`));
    }
  });

  it('and so is a working directory that was removed', async () => {
    const gone = await shell('mkdir gone && cd gone && rmdir ../gone && "$NODE" "$CLI" jobs ls');
    expect(gone).toEqual({ code: 2, stderr: 'error The folder that this was started in is no more. [FILE_NOT_FOUND]\n      Change into another one, or with `cd "$PWD"` into the new one of that name.\n' });
  });

  it.skipIf(process.getuid?.() !== 0)('of a user without a home, as in a container with a number of its own (needs root)', async () => {
    const { status, stderr } = spawnSync(process.execPath, [CLI, 'jobs', 'ls'], { uid: 54_321, gid: 54_321, env: { PATH: process.env['PATH'] }, cwd: '/', encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 2, stderr: 'error There is no home folder for the data of Larder: HOME is not set, and the system does not know this user. [FILE_NOT_FOUND]\n      Set HOME, or LARDER_DATA_DIR to a folder that can be written.\n' });
  });
});

describe('the launcher on an older Node', () => {
  /** Beginning with a number below what is needed, so that it starts the Node that is installed beside it. */
  async function asOlderNode(): Promise<string> {
    const preload = join(folder, 'older.cjs');
    await writeFile(preload, "if (process.argv[1]?.endsWith('larder.mjs')) Object.defineProperty(process.versions, 'node', { value: '20.0.0' });\n");
    return preload;
  }

  it.skipIf(process.platform === 'win32')('passes on what is sent to it alone, which stops the job once', async () => {
    await setting.run('clear', ...CONFIG, '--delete', '--yes');
    setting.hub.setBytesPerSecond(3e5);
    const environment = demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'huggingface') });
    const log = await open(join(folder, 'log'), 'w+');
    const preload = await asOlderNode();
    for (const signals of [['SIGTERM'], ['SIGINT', 'SIGHUP']] as const) {
      const child = spawn(process.execPath, ['--require', preload, LAUNCHER, 'generate', ...CONFIG, '--yes'], { cwd: setting.project.directory, env: environment, stdio: ['ignore', 'ignore', log.fd] });
      const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
      const before = setting.hub.requests.length;
      while (!setting.hub.requests.slice(before).some((request) => request.listener === 'storage')) await new Promise((resolve) => setTimeout(resolve, 20));
      const startedAt = performance.now();
      for (const signal of signals) child.kill(signal);
      expect(await ended).toBe(130);
      expect(performance.now() - startedAt).toBeLessThan(1500);
    }
    await log.close();
    expect((await readFile(join(folder, 'log'), 'utf8')).match(/Cancelled; nothing is half-done\./g)).toHaveLength(2);
  });
});
