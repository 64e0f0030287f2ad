import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtFromMs, stampPlugins } from '../../bin/build-stamp.mjs';
import { findElectron, installElectron } from '../../bin/electron-binary.mjs';
import { demoEnvironment } from '../demo/run-command.ts';
import { ROOT } from './ensure-built.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-start-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** A package of Electron as npm leaves it: without a binary until `install.js` has run. */
async function makePackage(name: string, install: string): Promise<string> {
  const directory = join(folder, name);
  await mkdir(directory);
  await writeFile(join(directory, 'package.json'), '{"version":"45.4.1"}');
  await writeFile(join(directory, 'install.js'), install);
  return directory;
}

describe('the binary of Electron', () => {
  it('counts only when it is whole and of the right version', async () => {
    const directory = await makePackage('steps', '');
    expect(findElectron(directory, {})).toBeUndefined();
    await writeFile(join(directory, 'path.txt'), 'electron');
    expect(findElectron(directory, {})).toBeUndefined();
    await mkdir(join(directory, 'dist'));
    await writeFile(join(directory, 'dist/electron'), '');
    expect(findElectron(directory, {})).toBeUndefined();
    await writeFile(join(directory, 'dist/version'), '45.4.0');
    expect(findElectron(directory, {})).toBeUndefined();
    await writeFile(join(directory, 'dist/version'), 'v45.4.1');
    expect(findElectron(directory, {})).toBe(join(directory, 'dist/electron'));
    expect(findElectron(directory, { ELECTRON_OVERRIDE_DIST_PATH: folder })).toBeUndefined();
    expect(findElectron(directory, { ELECTRON_OVERRIDE_DIST_PATH: join(directory, 'dist') })).toBe(join(directory, 'dist/electron'));
    expect(findElectron(join(folder, 'nothing'), {})).toBeUndefined();
  });

  it('is downloaded by its own script, within a limit', async () => {
    expect(await installElectron(await makePackage('good', 'process.exit(0)'), process.env)).toBeUndefined();
    expect(await installElectron(await makePackage('bad', 'process.exit(1)'), process.env)).toBe('its download failed');
    expect(await installElectron(await makePackage('slow', 'setInterval(() => {}, 1000)'), process.env, 300)).toMatch(/took longer/);
    expect(await installElectron(join(folder, 'nothing'), process.env)).toBe('its package is not installed');
  });
});

describe('a build', () => {
  it('counts only when its last part is whole, whatever the one before has left', async () => {
    const root = join(folder, 'project');
    await mkdir(join(root, 'out'), { recursive: true });
    const source = join(root, 'part.js');
    const part = (plugin: ReturnType<typeof stampPlugins>['first'], name: string): Promise<unknown> =>
      build({ root, configFile: false, logLevel: 'silent', plugins: [plugin], build: { outDir: join(root, 'out', name), emptyOutDir: false, lib: { entry: source, formats: ['es'] } } });
    const { first, last } = stampPlugins(root);
    await writeFile(source, 'export const a = 1;');
    expect(builtFromMs(root)).toBeUndefined();
    const before = Date.now();
    await part(first, 'main');
    expect(builtFromMs(root)).toBeUndefined();
    await part(last, 'renderer');
    expect(builtFromMs(root)).toBeGreaterThanOrEqual(before);
    await part(first, 'main');
    await writeFile(source, 'export const a = ;');
    await expect(part(last, 'renderer')).rejects.toThrow();
    expect(builtFromMs(root)).toBeUndefined();
  });
});

/** `npm start` until it has printed a link, or ended by itself. */
async function start(change: Readonly<Record<string, string | undefined>>, ...words: string[]): Promise<{ readonly code: number | null; readonly link: string | undefined; readonly said: string }> {
  const environment: NodeJS.ProcessEnv = { ...demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'hf') }), CI: '1', DISPLAY: undefined, WAYLAND_DISPLAY: undefined, ...change };
  const child = spawn(process.execPath, [join(ROOT, 'bin/start.mjs'), ...words], { env: environment, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  let link: string | undefined;
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (!line.startsWith('http://')) return;
    link = line;
    child.kill('SIGINT');
  });
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { code, link, said };
}

/** A stand-in binary: writes down how it was started, then does what the test wants. */
async function makeBinary(name: string, script: string): Promise<string> {
  const directory = join(folder, name);
  await mkdir(directory);
  await writeFile(join(directory, 'electron'), `#!/bin/sh\necho "$@ run-as-node=\${ELECTRON_RUN_AS_NODE-unset}" > "${directory}/started"\n${script}\n`);
  await chmod(join(directory, 'electron'), 0o755);
  return directory;
}

describe('npm start', () => {
  const LINK = /^http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{22}$/;

  it('opens the browser door where there is no screen, and says so in one sentence', async () => {
    const { code, link, said } = await start({});
    expect(link).toMatch(LINK);
    expect(said).toContain('Larder opens in the browser instead of a window of its own: there is no screen. Open this link:\n');
    expect(code).toBe(0);
  });

  it('opens it where the binary is absent and may not be fetched', async () => {
    const { link, said } = await start({ DISPLAY: ':99', ELECTRON_OVERRIDE_DIST_PATH: join(folder, 'nothing') });
    expect(link).toMatch(LINK);
    expect(said).toContain("Electron's binary is not here.");
  });

  it('starts the binary where it is, as Electron and not as Node, and ends as it ends', async () => {
    const directory = await makeBinary('works', `echo "larder: ready"; exit 7`);
    const { code, link } = await start({ DISPLAY: ':99', ELECTRON_OVERRIDE_DIST_PATH: directory, ELECTRON_RUN_AS_NODE: '1' }, 'x.yaml');
    expect(code).toBe(7);
    expect(link).toBeUndefined();
    expect(await readFile(join(directory, 'started'), 'utf8')).toBe('. x.yaml run-as-node=unset\n');
  });

  it('falls back to the browser when the app ends before it was ready', async () => {
    const directory = await makeBinary('fails', 'exit 127');
    const { link, said } = await start({ DISPLAY: ':99', ELECTRON_OVERRIDE_DIST_PATH: directory });
    expect(link).toMatch(LINK);
    expect(said).toContain('the desktop app ended at once (code 127)');
  });

  it('takes the browser when it is asked to', async () => {
    const directory = await makeBinary('unused', 'exit 0');
    const { link } = await start({ DISPLAY: ':99', ELECTRON_OVERRIDE_DIST_PATH: directory }, '--browser');
    expect(link).toMatch(LINK);
    await expect(readFile(join(directory, 'started'))).rejects.toThrow('ENOENT');
  });
});
