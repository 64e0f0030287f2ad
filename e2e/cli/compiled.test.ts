import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OUT, ROOT } from '../browser/ensure-built.ts';

const run = promisify(execFile);
/** The tests themselves have their commands compiled once for all of them, elsewhere. */
const OTHERWISE = { NODE_COMPILE_CACHE: undefined, NODE_DISABLE_COMPILE_CACHE: undefined };

let folder: string;
let compiled: string;
let version: string;

/** @returns what it said, on both ways */
async function ask(): Promise<{ readonly stdout: string; readonly stderr: string }> {
  return await run(process.execPath, [join(folder, 'out/main/cli.js'), '--version'], { env: { ...process.env, ...OTHERWISE } });
}

async function keptFiles(): Promise<string[]> {
  const files = await readdir(compiled, { recursive: true, withFileTypes: true });
  return files.filter((file) => file.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-compiled-'));
  compiled = join(folder, 'out/main/compiled');
  await cp(join(OUT, 'main'), join(folder, 'out/main'), { recursive: true, filter: (path) => !path.endsWith('.map') && !path.endsWith('compiled') });
  const packageText = await readFile(join(ROOT, 'package.json'), 'utf8');
  version = `${(JSON.parse(packageText) as { readonly version: string }).version}\n`;
  await writeFile(join(folder, 'package.json'), packageText);
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('compiled code', () => {
  it('is kept beside the build, and what of it is broken does no harm', async () => {
    expect(await ask()).toEqual({ stdout: version, stderr: '' });
    const kept = await keptFiles();
    expect(kept.length).toBeGreaterThan(5);
    for (const [index, file] of kept.entries()) {
      const bytes = await readFile(file);
      // Cut short, empty, or with other bytes in its middle.
      await writeFile(file, index % 3 === 0 ? bytes.subarray(0, bytes.length / 2) : index % 3 === 1 ? '' : bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 8));
    }
    expect(await ask()).toEqual({ stdout: version, stderr: '' });
  });

  it('is done without where there is no place for it', async () => {
    await rm(compiled, { recursive: true });
    await writeFile(compiled, 'in the way');
    expect(await ask()).toEqual({ stdout: version, stderr: '' });
    expect(await readFile(compiled, 'utf8')).toBe('in the way');
    await rm(compiled);
    await mkdir(compiled, { mode: 0o500 });
    expect(await ask()).toEqual({ stdout: version, stderr: '' });
  });
});
