import { readFile, readdir } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';
import { parseAst } from 'vite';
import { describe, expect, it } from 'vitest';
import { OUT } from './ensure-built.ts';

type Syntax = Readonly<Record<string, unknown>>;

function literalOf(node: unknown): string | undefined {
  const { type, value } = (node ?? {}) as Syntax;
  return type === 'Literal' && typeof value === 'string' ? value : undefined;
}

/** The name a node of the syntax tree loads: `import … from`, `export … from`, `import()`, `require()`. */
function nameLoadedBy(node: Syntax): string | undefined {
  switch (node['type']) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
    case 'ImportExpression':
      return literalOf(node['source']);
    case 'CallExpression': {
      const { type, name } = node['callee'] as Syntax;
      return type === 'Identifier' && /^(?:__)?require(?:\$\d+)?$/.test(String(name)) ? literalOf((node['arguments'] as readonly unknown[])[0]) : undefined;
    }
    default:
      return undefined;
  }
}

/** What a built file names to load, read from its syntax: comments and strings name much else. */
function importsOf(code: string): string[] {
  const found = new Set<string>();
  const open: unknown[] = [parseAst(code)];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    const name = Array.isArray(node) ? undefined : nameLoadedBy(node as Syntax);
    if (name !== undefined) found.add(name);
    open.push(...Object.values(node).filter((value) => typeof value === 'object' && value !== null));
  }
  return Array.from(found);
}

/** All that can be loaded from an entry: our own files, and the packages they name. */
async function reachableFrom(entry: string): Promise<{ readonly files: readonly string[]; readonly packages: ReadonlySet<string> }> {
  const files = [entry];
  const packages = new Set<string>();
  for (const file of files) {
    for (const name of importsOf(await readFile(file, 'utf8'))) {
      const path = join(dirname(file), name);
      if (!name.startsWith('.')) packages.add(name);
      else if (/\.(?:js|cjs)$/.test(name) && !files.includes(path)) files.push(path);
    }
  }
  return { files, packages };
}

/** Bytes of script that a browser must have before it shows anything: about 340 kB of React, the library screen and what is told over it. */
const FIRST_SCRIPT_MAX = 370_000;
const FIRST_SCRIPT_PACKED_MAX = 125_000;

/** What a built file imports before it runs. */
function fixedImportsOf(code: string): string[] {
  return (parseAst(code).body as unknown as readonly Syntax[]).filter(({ type }) => type !== 'ExpressionStatement').map(nameLoadedBy).filter((name) => name !== undefined);
}

/** The scripts of the page's first moment. */
async function firstScripts(): Promise<readonly string[]> {
  const page = join(OUT, 'renderer/index.html');
  const files = Array.from((await readFile(page, 'utf8')).matchAll(/<(?:script|link)\b[^>]*(?:src|href)="([^"]+\.js)"/g), (match) => join(dirname(page), match[1]!));
  for (const file of files) {
    for (const name of fixedImportsOf(await readFile(file, 'utf8'))) {
      const path = join(dirname(file), name);
      if (!files.includes(path)) files.push(path);
    }
  }
  return await Promise.all(files.map((file) => readFile(file, 'utf8')));
}

/** Packages that may stay outside of the bundle; everything else has to be in it. */
const EXTERNAL = new Set(['better-sqlite3', 'sharp']);

describe('the built graph', () => {
  it.each(['cli.js', 'worker.js', 'reader.js', 'starter.js', 'demo.js'])('does not reach Electron from %s', async (entry) => {
    const { files, packages } = await reachableFrom(join(OUT, 'main', entry));
    expect(files.length, 'the walk found the chunks').toBeGreaterThan(1);
    expect(Array.from(packages).filter((name) => /^electron(\/|$)/.test(name))).toEqual([]);
  });

  it('reaches Electron from the desktop, which shows that the walk would see it', async () => {
    const { files, packages } = await reachableFrom(join(OUT, 'main/index.js'));
    expect(Array.from(packages)).toEqual(expect.arrayContaining(['electron/main', 'electron/common']));
    expect(files.map((file) => relative(OUT, file))).toContainEqual(expect.stringMatching(/chunks\/boot-/));
  });

  it('keeps image code out of the main process, where it could take everything down', async () => {
    expect((await reachableFrom(join(OUT, 'main/index.js'))).packages).not.toContain('sharp');
    expect((await reachableFrom(join(OUT, 'main/worker.js'))).packages).toContain('sharp');
  });

  it('keeps what must be ready before Electron small: the app itself comes by a dynamic import', async () => {
    const code = await readFile(join(OUT, 'main/index.js'), 'utf8');
    const fixed = Array.from(code.matchAll(/^import .* from ["']([^"']+)["']/gm), (match) => match[1]!);
    expect(fixed.filter((name) => name.includes('boot'))).toEqual([]);
    expect(code).not.toMatch(/^await |\bawait app\.whenReady/m);
  });

  it.each(['index.js', 'cli.js', 'worker.js', 'reader.js', 'starter.js', 'demo.js'])('leaves nothing but native packages outside of %s', async (entry) => {
    const { packages } = await reachableFrom(join(OUT, 'main', entry));
    const outside = Array.from(packages).filter((name) => !isBuiltin(name) && !/^electron\/(?:main|common)$/.test(name) && !EXTERNAL.has(name));
    // ws asks for these and does without them.
    expect(outside.filter((name) => name !== 'bufferutil' && name !== 'utf-8-validate')).toEqual([]);
  });

  it('has a page that shows itself before its dialogs, its viewer and most of its controls are there', async () => {
    const scripts = await firstScripts();
    expect(scripts.length, 'the walk found the entry').toBeGreaterThan(0);
    expect(scripts.reduce((sum, code) => sum + Buffer.byteLength(code), 0)).toBeLessThan(FIRST_SCRIPT_MAX);
    expect(scripts.reduce((sum, code) => sum + gzipSync(code).length, 0)).toBeLessThan(FIRST_SCRIPT_PACKED_MAX);
    // Where React is the one for production, there are numbers for its messages.
    expect(scripts.join('')).toContain('https://react.dev/errors/');
    expect(scripts.join('')).not.toContain('Each child in a list should have a unique');
  });

  it('has one style sheet, whose base stands before what builds on it', async () => {
    const sheets = (await readdir(join(OUT, 'renderer/assets'))).filter((name) => name.endsWith('.css'));
    expect(sheets).toHaveLength(1);
    const sheet = await readFile(join(OUT, 'renderer/assets', sheets[0]!), 'utf8');
    const firstClassOfAPart = /\._\w+_[a-z0-9]{5}_\d+/.exec(sheet)!.index;
    for (const base of [':root{', '.button{', '.visually-hidden{']) expect(sheet.indexOf(base), base).toBeGreaterThanOrEqual(0);
    for (const base of [':root{', '.button{', '.visually-hidden{']) expect(sheet.indexOf(base), base).toBeLessThan(firstClassOfAPart);
  });

  it('has a preload that a sandbox can run: one CommonJS file that asks for nothing but Electron', async () => {
    const code = await readFile(join(OUT, 'preload/index.cjs'), 'utf8');
    expect(code).not.toMatch(/^\s*(?:import|export)\b/m);
    expect(code).not.toMatch(/\bimport\s*\(/);
    expect(importsOf(code)).toEqual(['electron/renderer']);
  });
});
