import { lstatSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Draw } from '../draw.ts';
import type { Field } from './field.ts';

/** A link where a cache has something else. */
export interface PlantedLink {
  /** Path in the cache. */
  readonly at: string;
  readonly to: string;
  /** What a finding about it has in it: the key of an entry, or the name. */
  readonly name: string;
  /** Key of the entry whose main file it is. */
  readonly entry: string | undefined;
  /** One of Larder's own small files: what it says is worth nothing, and that is all. */
  readonly isOwn: boolean;
}

const PRIVATE = ['.larder', '.larder/staging', '.larder/claims', '.larder/raw', '.larder/quarantine'] as const;
const RECORD = '.larder/quarantine/20260101T000000-0badcafe';
/** Larder's own small files, which it reads back. */
const OWN = ['.larder/lock', '.larder/claims/index', '.larder/staging/1-1-0badcafe/owner.json', `${RECORD}/reason.json`, `${RECORD}/manifest.jsonl`] as const;
const STRANGER = '0'.repeat(32);

function filesOf(kind: Field['kind'], keys: readonly string[]): readonly string[] {
  return kind === 'volume' ? keys.map((key) => `${key}.pt`) : keys.flatMap((key) => [`images/${key}.png`, `metadata/${key}.json`]);
}

function places({ kind, keys }: Field): readonly string[] {
  const ofKind = filesOf(kind, [...keys, STRANGER]);
  const others = kind === 'volume' ? ['cache_params.json', 'old.tmp'] : ['cache_index.json', 'images', 'metadata', 'images/old.tmp'];
  // Entries most of all: there are many of them.
  return [...ofKind, ...ofKind, ...others, ...PRIVATE, ...OWN];
}

/** Something in the cache, to be replaced by a link to something outside, to itself, to a folder above, to nothing, or to what never ends. */
export function drawLink(field: Field, draw: Draw): PlantedLink {
  return linkAt(field, draw.oneOf(places(field)), draw);
}

/** The same in the place of an entry's file. */
export function drawEntryLink(field: Field, draw: Draw): PlantedLink {
  return linkAt(field, draw.oneOf(filesOf(field.kind, field.keys)), draw);
}

function linkAt({ cache, outside }: Field, at: string, draw: Draw): PlantedLink {
  const to = draw.oneOf([...outside.targets, ...outside.targets, join(cache, at), '..', join(outside.directory, 'nowhere'), '/dev/zero', join(outside.directory, '..', 'nowhere')]);
  const key = /([0-9a-f]{32})\.(?:pt|png)$/.exec(at)?.[1];
  return { at, to, name: key ?? at.split('/').at(-1)!.replace(/\.json$/, ''), entry: key, isOwn: OWN.some((own) => own === at) };
}

/** Puts it there, whatever was there; in the place of a file at one stroke, also under the hands of a command. */
export function plantLink({ cache, root }: Field, { at, to }: PlantedLink): void {
  const path = join(cache, at);
  mkdirSync(dirname(path), { recursive: true });
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true) rmSync(path, { recursive: true });
  const draft = join(root, 'link');
  symlinkSync(to, draft);
  renameSync(draft, path);
  if (at.startsWith(RECORD)) writeFileSync(join(cache, RECORD, `${STRANGER}.pt`), 'set aside');
}
