import type { Dirent } from 'node:fs';
import { opendir, realpath, stat } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { FolderHint, FolderListing, FolderRequest, FolderRow, NamedFolder, WantedFiles } from '../../contract/folders.ts';
import { FOLDER_ROWS_MAX } from '../../contract/folders.ts';
import { LarderError, fileError, forEachLimited, throwIfAborted } from '../../base/index.ts';
import { KINDS } from '../../kinds/index.ts';
import { isInside } from '../../store/index.ts';
import type { Place } from './places.ts';
import { outsideError } from './places.ts';

/** Names that are kept to be sorted; of a larger folder the rest is not read. */
const NAMES_MAX = 50_000;
/** Names of a folder that say what it holds. */
const HINT_NAMES = 256;
/** On a slow disk the hints of the rest are left out, rather than the list being waited for. */
const HINTS_FOR_MS = 400;
const AT_ONCE = 16;

const FILE_NAMES: Readonly<Record<WantedFiles, RegExp>> = {
  config: /\.ya?ml$/i,
  file: /\.(ya?ml|csv|pt|nii|nii\.gz)$/i,
  certificates: /\.(pem|crt|cer)$/i,
};

/** The numbers in names as numbers: `scan 2` before `scan 10`. */
const { compare } = new Intl.Collator('en', { numeric: true });

/**
 * The folders, and where they are wanted the files, of one folder below the places. Links are followed
 * only where they stay below them; of what lies elsewhere not even whether it is there is told.
 *
 * @param cwd where a relative path starts
 * @throws PATH_REFUSED for what lies elsewhere, FILE_NOT_FOUND, PERMISSION_DENIED, CANCELLED
 */
export async function listFolder(places: readonly Place[], cwd: string, { path: asked, files, text = '' }: FolderRequest, signal: AbortSignal): Promise<FolderListing> {
  const [first] = places;
  if (first === undefined) throw new LarderError('PATH_REFUSED', 'There is no folder one may look into.', { hint: 'Start `larder serve` with --root DIR for a folder that is there.' });
  const found = await findFolder(places, asked === null ? first.path : resolve(cwd, asked));
  const { names, isCut } = await readNames(found, files === undefined ? undefined : FILE_NAMES[files], text.toLowerCase(), signal);
  const { rows, linksOut } = await rowsOf(names.slice(0, FOLDER_ROWS_MAX), found, places, files, signal);
  const hints = await hintsOf([found.real, ...rows.filter(({ kind }) => kind === 'folder').map(({ name }) => join(found.real, name))], signal);
  const holds = hints.get(found.real);
  return {
    path: found.path,
    ...(holds === undefined ? {} : { holds }),
    parts: partsOf(found.path, places),
    places: places.map(({ name, path }) => ({ name, path })),
    rows: rows.map((row) => {
      const hint = row.kind === 'folder' ? hints.get(join(found.real, row.name)) : undefined;
      return hint === undefined ? row : { ...row, holds: hint };
    }),
    leftOff: Math.max(0, names.length - FOLDER_ROWS_MAX),
    isCut,
    linksOut,
  };
}

interface FoundFolder {
  /** As it was asked for. */
  readonly path: string;
  /** Without links on the way. */
  readonly real: string;
}

async function findFolder(places: readonly Place[], path: string): Promise<FoundFolder> {
  if (!places.some((place) => isInside(place.path, path) || isInside(place.real, path))) throw outsideError(path, places);
  try {
    const real = await realpath(path);
    if (!isBelow(places, real)) throw outsideError(path, places);
    if ((await stat(real)).isDirectory()) return { path, real };
    const parent = dirname(real);
    if (!isBelow(places, parent)) throw outsideError(dirname(path), places);
    return { path: dirname(path), real: parent };
  } catch (error) {
    // Behind a link that leads out, what is there is nobody's business here, and neither is what is not.
    if (!isBelow(places, await nearestReal(path))) throw outsideError(path, places);
    throw fileError(error, path, 'looking into');
  }
}

/** The real path of the deepest folder on the way that is there. */
async function nearestReal(path: string): Promise<string> {
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined || at === dirname(at)) return real ?? at;
  }
}

function isBelow(places: readonly Place[], real: string): boolean {
  return places.some((place) => isInside(place.real, real));
}

/** Folders, links and wanted files: folders first, those with a dot last among their like, then by name. */
async function readNames({ path, real }: FoundFolder, wanted: RegExp | undefined, text: string, signal: AbortSignal): Promise<{ readonly names: readonly Dirent[]; readonly isCut: boolean }> {
  const names: Dirent[] = [];
  let isCut = false;
  try {
    for await (const entry of await opendir(real, { bufferSize: 1024 })) {
      throwIfAborted(signal);
      const isShown = entry.isDirectory() || entry.isSymbolicLink() || (entry.isFile() && wanted?.test(entry.name) === true);
      if (!isShown || !entry.name.toLowerCase().includes(text)) continue;
      isCut = names.length === NAMES_MAX;
      if (isCut) break;
      names.push(entry);
    }
  } catch (error) {
    throw fileError(error, path, 'looking into');
  }
  const rank = (entry: Dirent): number => (entry.isFile() ? 2 : 0) + (entry.name.startsWith('.') ? 1 : 0);
  // All of them in the order of their characters, which is soon done; those that are shown as people count.
  names.sort((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1));
  const shown = names.splice(0, FOLDER_ROWS_MAX).sort((a, b) => rank(a) - rank(b) || compare(a.name, b.name));
  return { names: [...shown, ...names], isCut };
}

async function rowsOf(names: readonly Dirent[], { path, real }: FoundFolder, places: readonly Place[], files: WantedFiles | undefined, signal: AbortSignal): Promise<{ readonly rows: readonly FolderRow[]; readonly linksOut: number }> {
  const kinds = new Map<Dirent, FolderRow['kind']>();
  let linksOut = 0;
  await forEachLimited(
    names,
    AT_ONCE,
    async (entry) => {
      if (!entry.isSymbolicLink()) kinds.set(entry, entry.isDirectory() ? 'folder' : 'file');
      else {
        const target = await realpath(join(real, entry.name)).catch(() => undefined);
        if (target === undefined) return;
        if (!isBelow(places, target)) {
          linksOut++;
          return;
        }
        const facts = await stat(target).catch(() => undefined);
        if (facts?.isDirectory() === true) kinds.set(entry, 'folder');
        else if (facts?.isFile() === true && files !== undefined && FILE_NAMES[files].test(entry.name)) kinds.set(entry, 'file');
      }
    },
    signal,
  );
  const rows = names.flatMap((entry): readonly FolderRow[] => {
    const kind = kinds.get(entry);
    return kind === undefined ? [] : [{ name: entry.name, path: join(path, entry.name), kind }];
  });
  return { rows, linksOut };
}

/** What folders hold, as far as their first names tell within the time there is. */
async function hintsOf(folders: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, FolderHint>> {
  const hints = new Map<string, FolderHint>();
  const late = AbortSignal.any([signal, AbortSignal.timeout(HINTS_FOR_MS)]);
  const looking = forEachLimited(
    folders,
    AT_ONCE,
    async (folder) => {
      const hint = hintOf(await firstNames(folder));
      if (hint !== undefined && !late.aborted) hints.set(folder, hint);
    },
    late,
  ).catch(() => undefined);
  // One folder of a disk that does not answer holds up nothing.
  await Promise.race([looking, setTimeout(HINTS_FOR_MS, undefined, { ref: false })]);
  throwIfAborted(signal);
  return new Map(hints);
}

async function firstNames(folder: string): Promise<readonly string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(folder, { bufferSize: HINT_NAMES })) if (names.push(name) === HINT_NAMES) break;
  } catch {
    // Whoever opens it is told why not.
  }
  return names;
}

function hintOf(names: readonly string[]): FolderHint | undefined {
  for (const kind of KINDS) {
    if (names.some((name) => kind.keyOfFile(name) !== undefined || kind.isOwnFile(name))) return 'cache';
    const material = kind.materialOf?.(names);
    if (material !== undefined) return material;
  }
  return undefined;
}

/** From the outermost place around it, so that one can go up as far as may be. */
function partsOf(path: string, places: readonly Place[]): readonly NamedFolder[] {
  const around = places.flatMap((place) => [place.path, place.real]).filter((root) => isInside(root, path));
  const root = around.sort((a, b) => a.length - b.length)[0] ?? path;
  const steps = relative(root, path).split(sep).filter((step) => step !== '');
  return [{ name: root, path: root }, ...steps.map((name, index) => ({ name, path: join(root, ...steps.slice(0, index + 1)) }))];
}
