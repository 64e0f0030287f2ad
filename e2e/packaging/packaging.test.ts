import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import release from '../../electron-builder.config.mjs';
import { ROOT } from '../browser/ensure-built.ts';
import type { Packaged } from './dry-run.ts';
import { packageDry } from './dry-run.ts';

let folder: string;
let packaged: Packaged;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-package-'));
  packaged = await packageDry(folder);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

const packageOf = (path: string): string | undefined => /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];

describe('the package', () => {
  it('holds everything that is built, and starts with it', () => {
    expect(packaged.packageFile['main']).toMatch(/out\/main\/index\.js$/);
    expect(packaged.archive).toEqual(expect.arrayContaining(['package.json', 'out/main/index.js', 'out/main/worker.js', 'out/main/reader.js', 'out/main/starter.js', 'out/main/demo.js', 'out/preload/index.cjs', 'out/renderer/index.html']));
  });

  it('holds no sources, no tests, no maps', () => {
    const own = packaged.archive.filter((path) => packageOf(path) === undefined);
    expect(own.filter((path) => path !== 'package.json' && !path.startsWith('out/'))).toEqual([]);
    expect(packaged.archive.filter((path) => /\.(?:tsx?|map|cc|cpp|c|h)$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
  });

  it('holds the packages the app needs when it runs, and none it was built with', async () => {
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Record<string, Record<string, string>>;
    const there = new Set(packaged.archive.map(packageOf).filter((name) => name !== undefined));
    for (const name of Object.keys(dependencies!)) expect(there, name).toContain(name);
    for (const name of Object.keys(devDependencies!)) expect(there, name).not.toContain(name);
    expect(packaged.packageFile['devDependencies']).toBeUndefined();
  });

  it('has native parts beside the archive, for this platform and no other', () => {
    expect(packaged.unpacked).toEqual(expect.arrayContaining(['node_modules/better-sqlite3/prebuilds/linux-x64.node', expect.stringMatching(/^node_modules\/@img\/sharp-linux-x64\/.*\.node$/), expect.stringMatching(/^node_modules\/@img\/sharp-libvips-linux-x64\/lib\/libvips-cpp\.so\.[\d.]+$/)]));
    const prebuilds = packaged.unpacked.filter((path) => path.includes('better-sqlite3/prebuilds/'));
    expect(prebuilds).toEqual(['node_modules/better-sqlite3/prebuilds/linux-x64.node']);
    expect(packaged.archive.filter((path) => /\.(?:node|so)(?:\.|$)/.test(path) && !packaged.unpacked.includes(path))).toEqual([]);
  });
});

describe('a release', () => {
  it('cannot be turned into a plain Node, nor inspected, nor given another app', () => {
    expect(release.electronFuses).toMatchObject({ runAsNode: false, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: false, enableEmbeddedAsarIntegrityValidation: true, onlyLoadAppFromAsar: true, grantFileProtocolExtraPrivileges: false });
  });
});
