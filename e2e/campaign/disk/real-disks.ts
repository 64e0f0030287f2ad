import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { entryFileOf, findingsOf } from '../../invariants/answers.ts';
import { openSetting } from '../../invariants/setting.ts';
import type { Result, Setting } from '../../invariants/setting.ts';
import { mountBlockDisk, mountProblem, mountSmallDisk } from '../../invariants/small-disk.ts';
import type { SmallDisk } from '../../invariants/small-disk.ts';
import { tinyDataset, tinyName } from '../../invariants/tiny-dataset.ts';
import { tensorsOf } from '../clock/check.ts';
import type { Draw } from '../draw.ts';
import { endViolations, momentViolations, readState } from '../faults/check.ts';
import type { CacheState } from '../faults/check.ts';
import { inProcess } from '../faults/kept-state.ts';
import type { InProcess } from '../faults/kept-state.ts';
import { fullDiskViolations, mustWorkViolations } from './check.ts';

export const ITEMS = 10;
/** 128 kB an entry: a handful of blocks each, so that a disk fills between two of them. */
const SHAPE = [32, 32, 32] as const;

export interface RealDisk {
  readonly kind: 'tmpfs' | 'ext4';
  readonly problem: string | undefined;
}

export const NOTHING: CacheState = { entries: new Map(), aside: [], leftovers: [] };

/** What a project lies on. */
export interface Ground {
  readonly directory: string;
  unmount(): void;
}

/** Cache, raw files and, half of the time, the catalog on a disk of a few MB. */
export class Place<Disk extends Ground = SmallDisk> {
  readonly disk: Disk;
  readonly setting: Setting;
  readonly expected: ReadonlyMap<string, Buffer>;
  readonly #environment: Record<string, string>;
  readonly #through: readonly string[];
  readonly #here: InProcess;

  private constructor(disk: Disk, setting: Setting, expected: ReadonlyMap<string, Buffer>, environment: Record<string, string>, through: readonly string[]) {
    this.disk = disk;
    this.setting = setting;
    this.expected = expected;
    this.#environment = environment;
    this.#through = through;
    this.#here = inProcess(setting, environment);
  }

  /** @param through a program that runs each command, with its own words */
  static async open<D extends Ground>(disk: D, isCatalogOnIt: boolean, expected?: ReadonlyMap<string, Buffer>, through: readonly string[] = []): Promise<Place<D>> {
    const setting = await openSetting({ targetShape: SHAPE, dataset: tinyDataset(ITEMS), projectDirectory: join(disk.directory, 'project') });
    const environment: Record<string, string> = isCatalogOnIt ? { LARDER_DATA_DIR: join(disk.directory, 'data') } : {};
    return new Place(disk, setting, expected ?? new Map(), environment, through);
  }

  /** What the catalog keeps for a full disk. */
  get reserve(): string {
    return join(this.#environment['LARDER_DATA_DIR'] ?? this.setting.dataDirectory, 'catalog.sqlite.reserve');
  }

  start(...words: readonly string[]): ReturnType<Setting['startWith']> {
    return this.setting.startWith({ environment: this.#environment, through: this.#through }, ...words, '--config', this.setting.project.configPath);
  }

  async run(...words: readonly string[]): Promise<Result> {
    return await this.start(...words).ended;
  }

  /** In this process: what the disk has room for, before what is tried and after it. */
  async runHere(...words: readonly string[]): Promise<Result> {
    return await this.#here.run(...words, '--config', this.setting.project.configPath);
  }

  look(): CacheState {
    try {
      const directory = this.setting.cacheDirectory();
      return readState(directory);
    } catch {
      // Nothing was made yet.
      return NOTHING;
    }
  }

  async close(): Promise<void> {
    this.#here.close();
    await this.setting.close();
    this.disk.unmount();
  }
}

export function realDisks(): RealDisk[] {
  return (['tmpfs', 'ext4'] as const).map((kind) => ({ kind, problem: mountProblem(kind) }));
}

export function mount(kind: RealDisk['kind']): SmallDisk {
  return kind === 'tmpfs' ? mountSmallDisk('size=48m') : mountBlockDisk(64);
}

export const GENERATE = ['generate', '--yes', '--num-workers', '1', '--batch-size', '2'] as const;

/** What an undisturbed run makes, on an ordinary disk. */
export async function undisturbed(): Promise<ReadonlyMap<string, Buffer>> {
  const setting = await openSetting({ targetShape: SHAPE, dataset: tinyDataset(ITEMS) });
  const here = inProcess(setting);
  try {
    await here.run(...GENERATE, '--config', setting.project.configPath);
    return readState(setting.cacheDirectory(), []).entries;
  } finally {
    here.close();
    await setting.close();
  }
}

/** Somebody else fills the disk after so many entries; then there is room again. */
export async function fillMidway(place: Place, made: number, leaveBytes: number): Promise<string[]> {
  const running = place.start(...GENERATE);
  await running.until(/^made /m, made).catch(() => undefined);
  const ballast = place.disk.fill(leaveBytes);
  const violations = [...fullDiskViolations(await running.ended), ...momentViolations(NOTHING, place.look())];
  rmSync(ballast);
  return [...violations, ...(await resumes(place))];
}

/** The same command completes what was stopped, and leaves nothing over. */
export async function resumes(place: Place<Ground>): Promise<string[]> {
  const again = await place.runHere(...GENERATE);
  const told = again.code === 0 ? [] : [`with room again it ended with exit ${again.code}: ${again.stderr.slice(-300)}`];
  const now = place.look();
  // An entry also holds the path of its raw file, which differs from place to place.
  const sameNumbers = (file: string, bytes: Buffer): boolean => tensorsOf(bytes) !== undefined && tensorsOf(bytes) === tensorsOf(place.expected.get(file) ?? Buffer.of());
  const entries = new Map(Array.from(now.entries, ([file, bytes]) => [file, sameNumbers(file, bytes) ? place.expected.get(file)! : bytes]));
  return [...told, ...endViolations({ ...now, entries }, place.expected)];
}

/** A place where only so many files more can be made. @returns false as soon as that is enough for the whole job */
export async function spareInodes(place: Place, spare: number): Promise<{ readonly isEnough: boolean; readonly violations: readonly string[] }> {
  const crumbs = place.disk.fillInodes();
  for (let n = 1; n <= spare; n++) rmSync(join(crumbs, String(n)), { force: true });
  const stopped = await place.run(...GENERATE);
  const violations = [...fullDiskViolations(stopped), ...momentViolations(NOTHING, place.look())];
  rmSync(crumbs, { recursive: true });
  return { isEnough: stopped.code === 0, violations: [...violations, ...(await resumes(place))] };
}

/** Everything that frees space, and what is undone, without a free byte. */
export async function worksWhenFull(place: Place, draw: Draw): Promise<string[]> {
  const begun = await place.runHere(...GENERATE);
  if (begun.code !== 0) return [`the cache could not be made: ${begun.stderr.slice(-300)}`];
  const [first, second] = [draw.below(ITEMS / 2), ITEMS / 2 + draw.below(ITEMS / 2)];
  const isThere = (n: number): boolean => place.look().entries.has(entryFileOf(tinyName(n)));
  const violations: string[] = [];
  const must = async (words: readonly string[], isDone: () => boolean): Promise<void> => {
    // Whoever looks at the cache takes the reserve that the last one has used up; or somebody has filled that too.
    await place.runHere('ls');
    const isReserveUsed = draw.chance(0.5);
    if (isReserveUsed) rmSync(place.reserve, { force: true });
    const ballast = place.disk.fill();
    const result = await place.run(...words);
    violations.push(...mustWorkViolations(`${words.join(' ')}${isReserveUsed ? ' with the reserve used up' : ''}`, result, isDone()));
    rmSync(ballast);
  };
  await must(['clear', '--only', tinyName(first), '--delete', '--yes'], () => !isThere(first));
  await place.runHere('clear', '--only', tinyName(second), '--yes');
  await must(['quarantine', 'restore', '--all', '--yes'], () => isThere(second));
  await place.runHere('clear', '--only', tinyName(second), '--yes');
  await must(['quarantine', 'purge', '--all', '--yes'], () => place.look().aside.length === 0);
  await must(['clear', '--only', tinyName(first === 0 ? 1 : 0), '--delete', '--yes'], () => !isThere(first === 0 ? 1 : 0));
  const verified = await place.runHere('verify', '--json', '--num-workers', '1');
  const lost = findingsOf(verified).filter(({ severity }) => severity === 'error');
  violations.push(...lost.map(({ message }) => `what was removed is told to be lost: ${message}`));
  return [...violations, ...(await resumes(place))];
}
