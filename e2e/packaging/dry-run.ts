import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../browser/ensure-built.ts';

const LIMIT_MS = 120_000;

export interface Packaged {
  /** Paths in the archive, from its root, with `/`. */
  readonly archive: readonly string[];
  /** Paths beside the archive. */
  readonly unpacked: readonly string[];
  /** `package.json` as the app will read it. */
  readonly packageFile: Readonly<Record<string, unknown>>;
}

/** A folder as Electron's binary comes in, with nothing that runs. */
async function writeStub(folder: string): Promise<void> {
  await mkdir(join(folder, 'locales'), { recursive: true });
  await mkdir(join(folder, 'resources'));
  const { version } = JSON.parse(await readFile(join(ROOT, 'node_modules/electron/package.json'), 'utf8')) as { readonly version: string };
  for (const [name, text] of [['electron', '#!/bin/sh\n'], ['version', version], ['LICENSE', ''], ['LICENSES.chromium.html', '']] as const) await writeFile(join(folder, name), text);
  await chmod(join(folder, 'electron'), 0o755);
}

/**
 * Packages the app without Electron's binary and without a network: everything but the binary and
 * its fuses is as in a release.
 */
export async function packageDry(folder: string): Promise<Packaged> {
  const stub = join(folder, 'electron');
  await writeStub(stub);
  const config = join(folder, 'dry.config.mjs');
  await writeFile(config, `import release from ${JSON.stringify(join(ROOT, 'electron-builder.config.mjs'))};\nconst { electronFuses: _fuses, ...config } = release;\nexport default { ...config, electronDist: ${JSON.stringify(stub)}, directories: { ...config.directories, output: ${JSON.stringify(join(folder, 'dist'))} } };\n`);
  await promisify(execFile)(process.execPath, [join(ROOT, 'node_modules/electron-builder/cli.js'), '--linux', 'dir', '--x64', '--publish', 'never', '--config', config], { cwd: ROOT, timeout: LIMIT_MS, env: { ...process.env, NODE_ENV: 'production' } });
  const resources = join(folder, 'dist/linux-unpacked/resources');
  const archive = readArchive(await readFile(join(resources, 'app.asar')));
  const beside = join(resources, 'app.asar.unpacked');
  const unpacked = (await readdir(beside, { recursive: true, withFileTypes: true })).filter((entry) => !entry.isDirectory()).map((entry) => relative(beside, join(entry.parentPath, entry.name)));
  return { archive: archive.paths, unpacked, packageFile: JSON.parse(archive.text('package.json')) as Packaged['packageFile'] };
}

interface Node {
  readonly files?: Readonly<Record<string, Node>>;
  readonly offset?: string;
  readonly size?: number;
}

/**
 * An asar: four little-endian uint32 (4, header size, header's own size, length of its JSON), the JSON, the files.
 * Source: the format's description in electron/asar, README.md.
 */
function readArchive(bytes: Buffer): { readonly paths: readonly string[]; text(path: string): string } {
  const start = 8 + bytes.readUInt32LE(4);
  const header = JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12))) as Node;
  const found = new Map<string, Node>();
  const walk = (node: Node, path: string): void => {
    for (const [name, child] of Object.entries(node.files ?? {})) {
      if (child.files === undefined) found.set(`${path}${name}`, child);
      else walk(child, `${path}${name}/`);
    }
  };
  walk(header, '');
  return {
    paths: Array.from(found.keys()),
    text(path) {
      const { offset, size } = found.get(path)!;
      return bytes.toString('utf8', start + Number(offset), start + Number(offset) + size!);
    },
  };
}
