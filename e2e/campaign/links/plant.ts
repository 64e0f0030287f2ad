import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

function places({ kind, keys }: Field): readonly string[] {
  const ofKind = kind === 'volume' ? [...keys, STRANGER].map((key) => `${key}.pt`) : [...keys, STRANGER].flatMap((key) => [`images/${key}.png`, `metadata/${key}.json`]);
  const others = kind === 'volume' ? ['cache_params.json', 'old.tmp'] : ['cache_index.json', 'images', 'metadata', 'images/old.tmp'];
  // Entries most of all: there are many of them.
  return [...ofKind, ...ofKind, ...others, ...PRIVATE, ...OWN];
}

/** Replaces something in the cache by a link to something outside, to itself, to a folder above, to nothing, or to what never ends. */
export function plantLink(field: Field, draw: Draw): PlantedLink {
  const at = draw.oneOf(places(field));
  const path = join(field.cache, at);
  const to = draw.oneOf([...field.outside.targets, ...field.outside.targets, path, '..', join(field.outside.directory, 'nowhere'), '/dev/zero', join(field.outside.directory, '..', 'nowhere')]);
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { recursive: true, force: true });
  symlinkSync(to, path);
  if (at.startsWith(RECORD)) writeFileSync(join(field.cache, RECORD, `${STRANGER}.pt`), 'set aside');
  const key = /([0-9a-f]{32})\.(?:pt|png)$/.exec(at)?.[1];
  return { at, to, name: key ?? at.split('/').at(-1)!.replace(/\.json$/, ''), entry: key, isOwn: OWN.some((own) => own === at) };
}
