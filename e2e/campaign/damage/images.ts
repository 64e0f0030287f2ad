import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { CacheWriters, KindTasks } from '../../../src-main/kinds/kind.ts';
import { auditImages } from '../../../src-main/kinds/image/audit.ts';
import { imageTasks } from '../../../src-main/kinds/image/tasks.ts';
import type { Violations } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import { damageViolation } from './check.ts';
import { DAMAGES } from './damages.ts';

/** A cache as the original Python class wrote it. */
const GOLDEN = join(import.meta.dirname, '../../../src-main/kinds/image/__fixtures__/intact');
const INDEX = 'cache_index.json';
const FOLDERS = ['images', 'metadata'] as const;
export const IMAGE_SORTS = ['images', 'metadata', 'index'] as const;
type Sort = (typeof IMAGE_SORTS)[number];

const namesOf = (folder: string): string[] => [INDEX, ...FOLDERS.flatMap((inner) => readdirSync(join(folder, inner)).map((name) => `${inner}/${name}`))];

async function codesOf(directory: string): Promise<string[]> {
  const codes: string[] = [];
  const { signal } = new AbortController();
  const tasks: KindTasks = imageTasks;
  const run = async (task: string, payload: unknown, onPartial: (value: unknown) => void): Promise<unknown> => await tasks[task]!(payload, { signal, progress: () => undefined, publish: () => [], partial: onPartial });
  const listFiles = (onName: (name: string) => void): Promise<CacheWriters> => {
    namesOf(directory).forEach(onName);
    return Promise.resolve({ isBusy: false, unfinished: new Map() });
  };
  await auditImages({ directory, listFiles, level: 'deep', workers: 1, recorded: () => undefined, indexEntries: null, config: undefined, run, onTotal: () => undefined, onEntry: () => undefined, onFinding: ({ code }) => codes.push(code) }, signal);
  return codes;
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    return undefined;
  }
}

/** When it was made is told by nothing else; everything else in metadata is. */
function withoutTime(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || typeof (value as Record<string, unknown>)['created_at'] !== 'string') return value;
  return { ...value, created_at: '' };
}

/** True if the file says something else than before: a space more in JSON does not, and no byte of a PNG is without meaning. */
export function saysOther(sort: Sort, before: Uint8Array, after: Uint8Array): boolean {
  if (sort === 'images') return Buffer.compare(before, after) !== 0;
  const [old, now] = [parsed(before), parsed(after)];
  return now === undefined || !isDeepStrictEqual(withoutTime(old), withoutTime(now));
}

function pickFile(sort: Sort, directory: string, draw: Draw): { readonly file: string; readonly twin: string } {
  if (sort === 'index') return { file: INDEX, twin: INDEX };
  const names = readdirSync(join(directory, sort));
  return { file: `${sort}/${draw.oneOf(names)}`, twin: `${sort}/${draw.oneOf(names)}` };
}

/** Damages one file of an image cache at a time, and looks at the whole cache as `verify` does. */
export async function damageImages(seed: number, each: number, violations: Violations, sorts: readonly Sort[] = IMAGE_SORTS): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'larder-damage-images-'));
  const directory = join(folder, 'cache');
  const draw = createDraw(seed + 2);
  try {
    cpSync(GOLDEN, directory, { recursive: true });
    const sound = await codesOf(directory);
    if (sound.length > 0) violations.add(`a sound image cache is told to have ${sound.join(', ')}`);
    for (const sort of sorts) {
      for (let n = 0; n < each; n++) {
        const { file, twin } = pickFile(sort, directory, draw);
        const path = join(directory, file);
        const before = readFileSync(path);
        const damage = draw.oneOf(DAMAGES);
        const after = damage.apply(before, readFileSync(join(directory, twin)), draw);
        writeFileSync(path, after);
        const violation = damageViolation({ damage: `${file}: ${damage.name} (${n})`, isChanged: saysOther(sort, before, after), findings: await codesOf(directory) });
        if (violation !== undefined) violations.add(violation);
        writeFileSync(path, before);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
