import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';

/**
 * The rooms of the house and to where imports may point: only ever down this table. docs/architecture.md
 * shows the same as a picture.
 */
const MAIN_ROOMS: Readonly<Record<string, readonly string[]>> = {
  'hosts/electron': ['engine', 'workers', 'contract', 'base'],
  'hosts/server': ['engine', 'workers', 'contract', 'base'],
  'hosts/cli': ['engine', 'workers', 'hosts/server', 'contract', 'base'],
  engine: ['pipeline', 'catalog', 'jobs', 'workers', 'store', 'sources', 'kinds', 'contract', 'base'],
  pipeline: ['catalog', 'jobs', 'workers', 'kinds', 'sources', 'store', 'contract', 'base'],
  catalog: ['jobs', 'contract', 'base'],
  jobs: ['contract', 'base'],
  workers: ['kinds', 'store', 'contract', 'base'],
  kinds: ['formats', 'numeric', 'contract', 'base'],
  sources: ['contract', 'base'],
  store: ['contract', 'base'],
  formats: ['numeric', 'base', 'contract'],
  numeric: ['base', 'contract'],
  base: ['contract'],
  contract: [],
};
const RENDERER_ROOMS: Readonly<Record<string, readonly string[]>> = {
  '': ['views', 'state', 'client', 'kinds', 'ui', 'lib'],
  views: ['state', 'client', 'kinds', 'ui', 'lib'],
  kinds: ['state', 'ui', 'lib'],
  state: ['client', 'lib'],
  client: [],
  ui: ['lib'],
  lib: [],
};
/** Rooms that are words and small tools: their files are entered directly. */
const OPEN_ROOMS = new Set(['contract', 'base']);
const IMPORT = /(?:^|\n)\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|(?:^|[^.\w])import\(\s*['"]([^'"]+)['"]\s*\)/g;

export interface SourceFile {
  /** Relative to the project, `/` between parts. */
  readonly path: string;
  readonly text: string;
}

export function importsOf(text: string): string[] {
  return Array.from(text.matchAll(IMPORT), (match) => (match[1] ?? match[2])!);
}

function mainRoom(path: string): string | undefined {
  const inner = path.slice('src-main/'.length);
  return Object.keys(MAIN_ROOMS).find((room) => inner.startsWith(`${room}/`));
}

function rendererRoom(path: string): string {
  const [first = ''] = path.slice('src-renderer/'.length).split('/');
  return path.slice('src-renderer/'.length).includes('/') && first in RENDERER_ROOMS ? first : '';
}

/** What of a kind may be seen from elsewhere in `kinds/`: its own door, its pure words, its worker half. */
const KIND_DOORS = /^src-main\/kinds\/[a-z]+\/(index|contract|tasks)\.ts$/;

function mainViolation(from: string, to: string): string | undefined {
  const here = mainRoom(from);
  const there = mainRoom(to);
  if (here === undefined || there === undefined) return undefined;
  if (here === there) {
    const kindOf = (path: string): string | undefined => /^src-main\/kinds\/([a-z]+)\//.exec(path)?.[1];
    if (here === 'kinds' && kindOf(to) !== undefined && kindOf(from) !== kindOf(to) && !KIND_DOORS.test(to)) return 'reaches into a kind past its door';
    return undefined;
  }
  if (!MAIN_ROOMS[here]!.includes(there)) return `${here} may not import ${there}`;
  if (OPEN_ROOMS.has(there)) return undefined;
  const door = there === 'formats' ? /^src-main\/formats\/[a-z]+\/index\.ts$/ : there === 'kinds' ? /^src-main\/kinds\/(index|kind|worker-registry)\.ts$/ : new RegExp(`^src-main/${there}/(index|job-store)\\.ts$`);
  return door.test(to) || there.startsWith('hosts/') ? undefined : `enters ${there} past its index.ts`;
}

function rendererViolation(from: string, to: string): string | undefined {
  if (to.startsWith('src-main/')) return /^src-main\/(contract\/|kinds\/[a-z]+\/contract\.ts$)/.test(to) ? undefined : 'the page sees only contract/ and a kind\'s contract.ts';
  const here = rendererRoom(from);
  const there = rendererRoom(to);
  return here === there || RENDERER_ROOMS[here]!.includes(there) ? undefined : `${here || 'the root'} may not import ${there || 'the root'}`;
}

function electronViolation(from: string, specifier: string): string | undefined {
  if (!/^electron(\/|$)/.test(specifier)) return undefined;
  return from.startsWith('src-main/hosts/electron/') || from.startsWith('src-preload/') ? undefined : 'only hosts/electron and the preload import electron';
}

/** Every import that points where it may not, as `file: what is wrong (specifier)`. Tests may look anywhere. */
export function findViolations(files: readonly SourceFile[]): string[] {
  const violations: string[] = [];
  for (const { path, text } of files) {
    if (/\.(test|bench)\.tsx?$/.test(path)) continue;
    for (const specifier of importsOf(text)) {
      const to = specifier.startsWith('.') ? resolve('/', dirname(path), specifier).slice(1).split(sep).join('/') : specifier;
      let violation = electronViolation(path, specifier);
      if (violation === undefined && specifier.startsWith('.')) {
        if (path.startsWith('src-main/')) violation = to.startsWith('src-main/') ? mainViolation(path, to) : to === 'package.json' ? undefined : 'src-main may not import from outside of it';
        else if (path.startsWith('src-renderer/')) violation = rendererViolation(path, to);
        else if (path.startsWith('src-preload/') && !to.startsWith('src-main/contract/')) violation = 'the preload sees only contract/';
      }
      if (violation !== undefined) violations.push(`${path}: ${violation} (${specifier})`);
    }
  }
  return violations;
}

export function readSources(root: string): SourceFile[] {
  return ['src-main', 'src-preload', 'src-renderer'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path: relative(root, path).split(sep).join('/'), text: readFileSync(path, 'utf8') };
      }),
  );
}

if (import.meta.main) {
  const violations = findViolations(readSources(join(import.meta.dirname, '..', '..')));
  for (const violation of violations) console.error(violation);
  console.log(violations.length === 0 ? 'Imports point only down the house.' : `${violations.length} imports point where they may not.`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
