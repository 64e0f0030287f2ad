import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeEntries } from '../damage/entries.ts';
import { createDraw } from '../draw.ts';
import { endViolations, momentViolations, readState, twiceViolations } from './check.ts';
import type { CacheState } from './check.ts';
import type { FaultKind, NoteOrder, NotedCall } from './fault.ts';
import { itemViolations } from './item-check.ts';
import type { Stage, StageItem } from './stage.ts';
import type { Running } from '../../invariants/setting.ts';
import { CATALOG, LATEST, makeOldCatalog } from '../upgrade/old-catalog.ts';
import { FAULT_VARIABLE, isCounted } from './fault.ts';
import { catalogViolations, runCatalogFault, straceProblem } from './catalog-fault.ts';
import { MadeCount, downloadViolations, madeTwiceViolations } from './made.ts';
import { nextStartViolations } from './serve-kill.ts';
import { listViolations } from './list-check.ts';
import { HOOK, answerViolations, hangViolations } from './run-fault.ts';

import { drawPlaces, noneMet, unmetKinds } from './walk.ts';

const [first, second] = (await makeEntries(2)).map(({ key, bytes }) => ({ file: `${key}.pt`, bytes: Buffer.from(bytes) })) as [{ file: string; bytes: Buffer }, { file: string; bytes: Buffer }];
const state = (entries: readonly (typeof first)[], aside: readonly (typeof first)[] = [], leftovers: readonly string[] = []): CacheState => ({ entries: new Map(entries.map(({ file, bytes }) => [file, bytes])), aside, leftovers });

describe('the checker', () => {
  it('has nothing to say about whole entries, also where one was set aside', () => {
    expect(momentViolations(state([first]), state([first, second]))).toEqual([]);
    expect(momentViolations(state([first]), state([], [first]))).toEqual([]);
    expect(endViolations(state([first]), new Map([[first.file, first.bytes]]))).toEqual([]);
  });

  it('sees half a file, a lost file, other bytes, leftovers, what is missing and what is too much', () => {
    const half = { file: second.file, bytes: second.bytes.subarray(0, 5000) };
    expect(momentViolations(state([]), state([half]))[0]).toMatch(/not whole/);
    // What was damaged before is not blamed on the run.
    expect(momentViolations(state([half]), state([half]))).toEqual([]);
    expect(momentViolations(state([first]), state([]))[0]).toMatch(/neither in the cache nor set aside/);
    const wanted = new Map([[first.file, first.bytes]]);
    expect(endViolations(state([]), wanted)[0]).toMatch(/missing in the end/);
    expect(endViolations(state([{ ...first, bytes: second.bytes }]), wanted)[0]).toMatch(/other bytes/);
    expect(endViolations(state([first, second]), wanted)[0]).toMatch(/should not be there/);
    expect(endViolations(state([first], [second, second]), wanted)[0]).toMatch(/aside twice/);
    expect(endViolations(state([first], [], ['staging/x']), wanted)[0]).toMatch(/left over: staging/);
  });

  it('sees what was made and is made once more, and not what was there before', () => {
    const made = { ...state([first, second]), identities: new Map([[first.file, '1 of 1'], [second.file, '2 of 1']]) };
    const wanted = new Map([first, second].map(({ file, bytes }) => [file, bytes]));
    expect(twiceViolations(state([]), made, made, wanted)).toEqual([]);
    const again = { ...made, identities: new Map([[first.file, '1 of 1'], [second.file, '3 of 2']]) };
    expect(twiceViolations(state([]), made, again, wanted)).toEqual([`${second.file} was made and is made once more`]);
    expect(twiceViolations(made, made, again, wanted)).toEqual([]);
  });

  it('sees more made twice than an item for each worker, whether it had its name or not, and too many bytes downloaded', () => {
    expect(madeTwiceViolations(4, 3, 1)).toEqual([]);
    expect(madeTwiceViolations(5, 3, 1)[0]).toBe('5 were made in both runs together, and 3 were due: with 1 worker, each at one, at most 4 were to be');
    expect(madeTwiceViolations(5, 3, 2)).toEqual([]);
    expect(madeTwiceViolations(6, 3, 2)).toHaveLength(1);
    expect(downloadViolations(100, 100)).toEqual([]);
    expect(downloadViolations(101, 100)).toEqual(['101 bytes were downloaded, 100 at most were to be']);
  });

  it('counts what is begun to be made in a process, and nothing else it opens', () => {
    const root = mkdtempSync(join(tmpdir(), 'larder-made-'));
    const staging = join(root, '.larder', 'staging');
    mkdirSync(staging, { recursive: true });
    const made = new MadeCount(root);
    const name = join(staging, 'a'.repeat(32));
    const program = `
      import { openSync, readFileSync, writeFileSync } from 'node:fs';
      import { open } from 'node:fs/promises';
      openSync(${JSON.stringify(`${name}.png`)}, 'w');
      openSync(${JSON.stringify(`${name}.json`)}, 'w');
      await (await open(${JSON.stringify(`${name}.pt`)}, 'wx')).close();
      openSync(${JSON.stringify(`${name}.png`)}, 'r');
      writeFileSync(${JSON.stringify(join(root, `${'b'.repeat(32)}.pt`))}, '');
    `;
    spawnSync(process.execPath, ['--input-type=module', '-e', program], { env: { ...process.env, ...made.environment() } });
    expect(made.count).toBe(2);
    made.reset();
    expect(made.count).toBe(0);
    rmSync(root, { recursive: true });
  });

  it('sees a job that the next start neither tells nor offers', () => {
    expect(nextStartViolations({ id: '1', state: 'interrupted' }, false)).toEqual([]);
    expect(nextStartViolations({ id: '1', state: 'succeeded' }, true)).toEqual([]);
    expect(nextStartViolations({ id: '1', state: 'succeeded' }, false)[0]).toMatch(/entries are missing/);
    expect(nextStartViolations({ id: '1', state: 'running' }, false)[0]).toMatch(/told as running/);
    expect(nextStartViolations(undefined, false)).toEqual(['the job is not told any more']);
  });

  it('sees an item that failed unnamed, and others that went with it', () => {
    const itemOf = ({ file }: typeof first): StageItem => ({ key: file.slice(0, 32), marks: [file.slice(0, 32)], files: [file] });
    const [one, two] = [itemOf(first), itemOf(second)];
    const stage = { items: [one, two], inTheEnd: () => [] };
    const ended = (...lines: readonly object[]): Parameters<typeof itemViolations>[0] => ({ code: 1, signal: null, stdout: lines.map((line) => `${JSON.stringify(line)}\n`).join(''), stderr: '' });
    expect(itemViolations(ended(), state([first, second]), stage, two.marks)).toEqual([]);
    expect(itemViolations(ended({ type: 'itemFailed', key: two.key }), state([first]), stage, two.marks)).toEqual([]);
    expect(itemViolations(ended({ type: 'plan', blocked: [{ key: two.key }] }), state([first]), stage, two.marks)).toEqual([]);
    expect(itemViolations(ended({ type: 'itemFailed', key: one.key }), state([first]), stage, two.marks)[0]).toMatch(/could not be made and is not named/);
    expect(itemViolations(ended({ type: 'itemFailed', key: two.key }), state([]), stage, two.marks)).toEqual([`${first.file} has nothing to do with it and was not made`]);
    expect(itemViolations(ended({ type: 'error', error: { code: 'IO_FAILED' } }), state([first, second]), stage, two.marks)[0]).toMatch(/all of it stopped for one item/);
  });

  it('sees a record of nothing in quarantine', () => {
    const directory = mkdtempSync(join(tmpdir(), 'larder-check-'));
    mkdirSync(join(directory, '.larder', 'quarantine', 'an-id'), { recursive: true });
    writeFileSync(join(directory, '.larder', 'quarantine', 'an-id', 'reason.json'), '{}');
    expect(readState(directory).leftovers).toEqual(['quarantine/an-id']);
    rmSync(directory, { recursive: true });
  });

  it('takes what was slow once for a busy machine, and what is slow every time for a hang', async () => {
    const again = (...seconds: number[]) => (): Promise<number> => Promise.resolve(seconds.shift()!);
    expect(await hangViolations(9, again())).toEqual([]);
    expect(await hangViolations(14, again(11, 3))).toEqual([]);
    expect(await hangViolations(14, again(11, 12))).toEqual(['it hung: no end within 10 s, 3 times: 14.0 s, 11.0 s, 12.0 s']);
  });

  it('sees a list that is half, lacks an entry or is not there', () => {
    const folder = mkdtempSync(join(tmpdir(), 'larder-list-'));
    const path = join(folder, 'list.json');
    expect(listViolations(path, ['a'], false)).toEqual([]);
    expect(listViolations(path, ['a'], true)).toEqual(['there is no list in the end']);
    writeFileSync(path, '["a"');
    expect(listViolations(path, ['a'], false)[0]).toMatch(/not whole/);
    writeFileSync(path, '["a"]');
    expect(listViolations(path, ['a', 'b'], true)).toEqual(['the list does not have b']);
    rmSync(folder, { recursive: true });
  });

  it('sees a catalog that is damaged and one that was set aside', () => {
    expect(catalogViolations('ok', ['catalog.sqlite', 'catalog.sqlite.reserve'])).toEqual([]);
    expect(catalogViolations('row 3 missing', ['catalog.sqlite'])[0]).toMatch(/damaged: row 3/);
    expect(catalogViolations('ok', ['catalog.sqlite', 'catalog.damaged-1.sqlite'])[0]).toMatch(/set aside as catalog\.damaged-1/);
  });

  it('sees a hang, a stack and a strange exit code', () => {
    const result = { code: 1, signal: null, stdout: '', stderr: '' };
    expect(answerViolations(result, false)).toEqual([]);
    expect(answerViolations({ ...result, code: null, signal: 'SIGKILL' }, false)[0]).toMatch(/hung/);
    expect(answerViolations({ ...result, code: null, signal: 'SIGKILL' }, true)).toEqual([]);
    expect(answerViolations({ ...result, code: 7 }, false)[0]).toMatch(/exit code 7/);
    expect(answerViolations({ ...result, stderr: 'Error: x\n    at open (/a.ts:1:2)\n' }, false)[0]).toMatch(/fault of Larder/);
  });
});

describe('the walk of the small dose', () => {
  it('takes one call of each equal share, and all of them where there are too few', () => {
    const draw = createDraw(3);
    for (let n = 0; n < 50; n++) {
      const places = drawPlaces(10, 2, draw);
      expect(places.map((place) => Math.floor(place / 5))).toEqual([0, 1]);
    }
    expect(drawPlaces(2, 5, draw)).toEqual([0, 1]);
    expect(drawPlaces(0, 5, draw)).toEqual([]);
  });

  it('says which kind it never met', () => {
    const count = noneMet();
    count.kinds.add('EIO');
    expect(unmetKinds(['EIO', 'EROFS'], count)).toEqual(['no EROFS was met, so nothing is known of it']);
  });
});

describe('the hook', () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'larder-hook-')));
    mkdirSync(join(folder, 'files'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const PROGRAM = `
    import { open, readFile, writeFile } from 'node:fs/promises';
    import { readFileSync } from 'node:fs';
    const tell = (name, work) => work().then((value) => console.log(name, value), (error) => console.log(name, error.code));
    await tell('readFile', () => readFile('a', 'utf8'));
    await tell('elsewhere', async () => readFileSync(process.execPath).length > 0);
    await tell('writeFile', () => writeFile(process.cwd() + '/b', 'x').then(() => 'done'));
    const handle = await open('a', 'r+');
    await tell('read', async () => (await handle.read(Buffer.alloc(6), 0, 6, 0)).bytesRead);
    await tell('write', async () => (await handle.write(Buffer.from('ABCDEF'), 0, 6, 0)).bytesWritten);
    await handle.close();
    await tell('readFileSync', async () => readFileSync('a', 'utf8'));
  `;

  function run(kind: FaultKind, after: number, isLasting = false, about?: readonly string[], program = PROGRAM): { readonly lines: readonly string[]; readonly signal: NodeJS.Signals | null; readonly hit: string } {
    // The program lies outside, so that its own loading is not counted.
    const root = join(folder, 'files');
    writeFileSync(join(root, 'a'), 'abcdef');
    writeFileSync(join(folder, 'program.mjs'), program);
    const hitFile = join(folder, 'hit');
    rmSync(hitFile, { force: true });
    const environment = { ...process.env, NODE_OPTIONS: `--import=${HOOK}`, [FAULT_VARIABLE]: JSON.stringify({ kind, role: 'main', after, isLasting, root, hitFile, ...(about === undefined ? {} : { about }) }) };
    const { stdout, signal } = spawnSync(process.execPath, ['../program.mjs'], { cwd: root, env: environment, encoding: 'utf8' });
    return { lines: stdout.trim().split('\n'), signal, hit: existsSync(hitFile) ? readFileSync(hitFile, 'utf8') : '' };
  }

  it('fails the n-th call it can meet, once, inside the folder only, and says which', () => {
    expect(run('EIO', 0)).toMatchObject({ lines: ['readFile EIO', 'elsewhere true', 'writeFile done', 'read 6', 'write 6', 'readFileSync ABCDEF'], hit: 'readFile' });
    expect(run('ENOSPC', 0)).toMatchObject({ lines: ['readFile abcdef', 'elsewhere true', 'writeFile ENOSPC', 'read 6', 'write 6', 'readFileSync ABCDEF'], hit: 'writeFile' });
    expect(run('ENOSPC', 1).hit).toBe('handle.write');
    expect(run('ENOSPC', 2).hit).toBe('');
  });

  it('has no room for a file that is made, whether disk or quota refuses it, and opens one that is there', () => {
    const program = `
      import fs from 'node:fs';
      for (const flags of ['r+', 'w', 'wx', 'a', fs.constants.O_RDWR | fs.constants.O_CREAT, fs.constants.O_RDWR]) {
        try { fs.openSync(flags === 'wx' ? 'b' : 'a', flags); console.log(flags, 'done'); } catch (error) { console.log(flags, error.code); }
      }
    `;
    // As Node tells a quota that is used up.
    for (const [kind, code] of [['ENOSPC', 'ENOSPC'], ['EDQUOT', 'Unknown system error -122']] as const) expect(run(kind, 0, true, undefined, program).lines).toEqual(['r+ done', `w ${code}`, `wx ${code}`, `a ${code}`, `66 ${code}`, '2 done']);
    expect(run('EROFS', 0, true, undefined, program).lines.filter((line) => line.endsWith('done'))).toEqual([]);
  });

  it('goes on failing where that is asked for', () => {
    expect(run('ENOSPC', 0, true).lines.filter((line) => line.endsWith('ENOSPC'))).toEqual(['writeFile ENOSPC', 'write ENOSPC']);
  });

  it('fails what is about one file alone', () => {
    expect(run('EIO', 0, true, ['/b']).lines).toEqual(['readFile abcdef', 'elsewhere true', 'writeFile EIO', 'read 6', 'write 6', 'readFileSync ABCDEF']);
  });

  it('fails whatever opens a file by its path where openings fail, and an opening to write on a read-only disk', () => {
    // The program ends where it cannot open the file.
    for (const kind of ['EMFILE', 'EACCES', 'ENOENT'] as const) expect(run(kind, 0, true).lines).toEqual([`readFile ${kind}`, 'elsewhere true', `writeFile ${kind}`]);
    expect(run('EROFS', 0, true).lines).toEqual(['readFile abcdef', 'elsewhere true', 'writeFile EROFS']);
  });

  it('meets a whole list of calls: by descriptor, by callback, and of the space that is left', () => {
    const program = `
      import fs from 'node:fs';
      import { promisify } from 'node:util';
      const tell = async (name, work) => { try { await work(); console.log(name, 'done'); } catch (error) { console.log(name, error.code); } };
      const descriptor = fs.openSync('a', 'r+');
      await tell('statfsSync', () => fs.statfsSync('.'));
      await tell('fdatasync', () => promisify(fs.fdatasync)(descriptor));
      await tell('fdatasyncSync', () => fs.fdatasyncSync(descriptor));
      await tell('fsync', () => promisify(fs.fsync)(descriptor));
      await tell('ftruncateSync', () => fs.ftruncateSync(descriptor, 3));
      await tell('readdir', () => promisify(fs.readdir)('.'));
    `;
    expect(run('EIO', 1, true, undefined, program).lines).toEqual(['statfsSync EIO', 'fdatasync EIO', 'fdatasyncSync EIO', 'fsync EIO', 'ftruncateSync EIO', 'readdir EIO']);
  });

  it('notes every call inside the folder, so that it is known which of them a fault can meet', () => {
    const root = join(folder, 'files');
    writeFileSync(join(root, 'a'), 'abcdef');
    writeFileSync(join(folder, 'program.mjs'), PROGRAM);
    const order: NoteOrder = { kind: 'note', root, noteFile: join(folder, 'calls') };
    spawnSync(process.execPath, ['../program.mjs'], { cwd: root, env: { ...process.env, NODE_OPTIONS: `--import=${HOOK}`, [FAULT_VARIABLE]: JSON.stringify(order) } });
    const noted = readFileSync(order.noteFile, 'utf8').trimEnd().split('\n').map((line) => JSON.parse(line) as NotedCall);
    const [a, b] = [join(root, 'a'), join(root, 'b')];
    expect(noted.map(({ sort, paths: [path] }) => [sort, path])).toEqual([['readWhole', a], ['writeWhole', b], ['openToWrite', a], ['read', a], ['write', a], ['readWhole', a]]);
    const counted = (kind: FaultKind, about?: readonly string[]): number => noted.filter((call) => isCounted({ kind, root, ...(about === undefined ? {} : { about }) }, call)).length;
    expect([counted('EIO'), counted('ENOSPC'), counted('short-read'), counted('EIO', ['/b']), counted('EIO', ['/c'])]).toEqual([6, 2, 1, 1, 0]);
    // What was counted is what is met, and nothing behind it.
    expect([run('EIO', 5).hit, run('EIO', 6).hit, run('short-read', 0).hit, run('short-read', 1).hit]).toEqual(['readFileSync', '', 'handle.read', '']);
  });

  it('lets reads and writes fall short', () => {
    expect(run('short-read', 0).lines).toContain('read 1');
    expect(run('short-write', 0).lines).toContain('write 1');
  });
});

/** Of which a command only opens the catalog, as every command does. */
function openingStage(root: string): Stage {
  const nothing = (): CacheState => state([]);
  const start = (_environment: unknown, _more: unknown, through: readonly string[] = []): Running => {
    const [program = '', ...words] = [...through, process.execPath, join(import.meta.dirname, '../upgrade/upgrade-child.ts'), join(root, 'data', CATALOG)];
    const { status, signal, stderr } = spawnSync(program, words, { encoding: 'utf8' });
    // It is told as a command tells it.
    const result = { code: status, signal, stdout: '', stderr: stderr === '' ? '' : `[${/code: '([A-Z_]+)'/.exec(stderr)?.[1] ?? 'INTERNAL'}]` };
    return { ended: Promise.resolve(result) } as unknown as Running;
  };
  return { scenario: { name: 'opening' }, root, reset: () => undefined, start, again: () => start({}, []).ended, look: nothing, atAnyMoment: () => [], inTheEnd: () => [] } as unknown as Stage;
}

describe.skipIf(straceProblem() !== undefined)('a fault of the catalog', () => {
  it('is met by SQLite at the call it is told to, and by none behind the last one', async () => {
    const root = mkdtempSync(join(tmpdir(), 'larder-catalog-fault-'));
    makeOldCatalog(join(root, 'data'), LATEST, false);
    const stage = openingStage(root);
    const met = await runCatalogFault(stage, { errno: 'EACCES', after: 0, isLasting: true });
    expect(met.hit).toMatch(/catalog\.sqlite.*EACCES/);
    expect(met).toMatchObject({ code: 1, violations: [] });
    expect(await runCatalogFault(stage, { errno: 'EIO', after: 5_000, isLasting: false })).toMatchObject({ hit: undefined, code: 0, violations: [] });
    rmSync(root, { recursive: true });
  });
});
