import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import { openSetting } from '../../invariants/setting.ts';
import type { Result, Setting } from '../../invariants/setting.ts';
import type { SmallDisk } from '../../invariants/small-disk.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import { flipBit } from '../../sample/index.ts';
import { IMAGE_FORM } from '../faults/cache-form.ts';
import { endViolations, momentViolations, readCache } from '../faults/check.ts';
import type { CacheState } from '../faults/check.ts';
import { openPlace } from '../faults/image-scenarios.ts';
import { indexViolations } from '../faults/index-check.ts';
import { inProcess } from '../faults/kept-state.ts';
import type { InProcess } from '../faults/kept-state.ts';
import { backViolations, fullDiskViolations, mustWorkViolations, staleIndexViolations } from './check.ts';
import { NOTHING } from './real-disks.ts';
import type { Ground } from './real-disks.ts';

/** Their index takes far more room than one of them gives back: 100 kB. */
export const MANY_LINES: readonly string[] = Array.from({ length: 400 }, (_, n) => `ភាសា ${String(n).replace(/\d/g, (digit) => String.fromCodePoint(0x17e0 + Number(digit)))}`);

const PREGENERATE = ['pregenerate', '--jobs', '1'] as const;

/** A cache of images, what it is made of and, if wanted, the catalog on a small disk. */
export class ImagePlace<Disk extends Ground = SmallDisk> {
  readonly disk: Disk;
  readonly lines: readonly string[];
  readonly cache: string;
  readonly reserve: string;
  readonly #config: readonly string[];
  readonly #setting: Setting;
  readonly #environment: Record<string, string>;
  readonly #through: readonly string[];
  readonly #here: InProcess;

  private constructor(disk: Disk, lines: readonly string[], setting: Setting, place: { readonly cache: string; readonly config: readonly string[] }, environment: Record<string, string>, through: readonly string[]) {
    this.disk = disk;
    this.lines = lines;
    this.cache = place.cache;
    this.#config = place.config;
    this.#setting = setting;
    this.#environment = environment;
    this.#through = through;
    this.reserve = join(environment['LARDER_DATA_DIR'] ?? setting.dataDirectory, 'catalog.sqlite.reserve');
    this.#here = inProcess(setting, environment);
  }

  static async open<D extends Ground>(disk: D, isCatalogOnIt: boolean, lines: readonly string[], through: readonly string[] = []): Promise<ImagePlace<D>> {
    const setting = await openSetting({ dataset: tinyDataset(1), projectDirectory: join(disk.directory, 'project') });
    const place = openPlace(setting, findKhmerFonts()!, ['KhmerOS.ttf'], lines);
    return new ImagePlace(disk, lines, setting, place, isCatalogOnIt ? { LARDER_DATA_DIR: join(disk.directory, 'data') } : {}, through);
  }

  start(...words: readonly string[]): ReturnType<Setting['startWith']> {
    return this.#setting.startWith({ environment: this.#environment, through: this.#through }, ...words, ...this.#config);
  }

  async run(...words: readonly string[]): Promise<Result> {
    return await this.start(...words).ended;
  }

  async runHere(...words: readonly string[]): Promise<Result> {
    return await this.#here.run(...words, ...this.#config);
  }

  look(): CacheState {
    return readCache(this.cache, IMAGE_FORM);
  }

  /** Pregenerates undisturbed. @returns what is wrong with that */
  async make(): Promise<string[]> {
    const { code, stderr } = await this.runHere(...PREGENERATE);
    return code === 0 ? [] : [`the cache could not be made: ${stderr.slice(-300)}`];
  }

  async close(): Promise<void> {
    this.#here.close();
    await this.#setting.close();
    this.disk.unmount();
  }
}

/** The same command completes what was stopped: every picture with its metadata, an index of them, and nothing beside. */
export async function completes(place: ImagePlace<Ground>): Promise<string[]> {
  const again = await place.runHere(...PREGENERATE);
  const told = again.code === 0 ? [] : [`with room again it ended with exit ${again.code}: ${again.stderr.slice(-300)}`];
  const now = place.look();
  const there = now.entries.size === 2 * place.lines.length ? [] : [`${now.entries.size} files are there in the end, and not ${2 * place.lines.length}`];
  return [...told, ...there, ...momentViolations(NOTHING, now, IMAGE_FORM), ...endViolations(now, now.entries), ...indexViolations(now, true, false)];
}

/** @param look at how a command ended that was stopped */
export function stoppedViolations(place: ImagePlace<Ground>, stopped: Result, look: (result: Result) => readonly string[] = fullDiskViolations): string[] {
  const now = place.look();
  return [...look(stopped), ...momentViolations(NOTHING, now, IMAGE_FORM), ...indexViolations(now, false, false)];
}

/** Somebody else fills the disk when so many pictures have been told of; then there is room again. */
export async function fillImagesMidway(place: ImagePlace, made: number, leaveBytes: number): Promise<string[]> {
  const running = place.start(...PREGENERATE, '--json');
  await running.until(/entryPublished/, made).catch(() => undefined);
  const ballast = place.disk.fill(leaveBytes);
  const violations = stoppedViolations(place, asText(await running.ended));
  rmSync(ballast);
  return [...violations, ...(await completes(place))];
}

/** Where answers are lines of JSON the error is one of them; the checker reads what a person would. */
export function asText(result: Result): Result {
  const error = result.stdout.split('\n').find((line) => line.includes('"type":"error"'));
  const { code, message, hint } = (error === undefined ? {} : (JSON.parse(error) as { error: { code?: string; message?: string; hint?: string } }).error) as { code?: string; message?: string; hint?: string };
  return error === undefined ? result : { ...result, stderr: `${result.stderr}\nerror: ${message} [${code}]\n${hint}` };
}

/** A job that may make so many files more. @returns whether they were enough */
export async function spareImageInodes(place: ImagePlace, spare: number): Promise<{ readonly isEnough: boolean; readonly violations: readonly string[] }> {
  const crumbs = place.disk.fillInodes();
  for (let n = 1; n <= spare; n++) rmSync(join(crumbs, String(n)), { force: true });
  const stopped = await place.run(...PREGENERATE);
  const violations = stoppedViolations(place, stopped);
  rmSync(crumbs, { recursive: true });
  return { isEnough: stopped.code === 0, violations: [...violations, ...(await completes(place))] };
}

/** How a disk, or a quota, is left without a byte, and given room again. */
export interface Filling {
  fill(): () => void;
  /** The space that the catalog keeps is used up too. */
  readonly isReserveUsed: boolean;
  /** Fewer pictures are a job of their own where only they are asked about. */
  look?(result: Result): readonly string[];
  /** A quota may refuse the name of what is put back. */
  readonly mayRefuseBack?: boolean;
}

const RESTORE = ['quarantine', 'restore', '--all', '--yes'] as const;

const pictureOf = (n: number): RegExp => new RegExp(`"text":"${MANY_LINES[n]!}"`);

function isThere(place: ImagePlace<Ground>, n: number): boolean {
  return [...place.look().entries].some(([file, bytes]) => file.startsWith('metadata/') && pictureOf(n).test(bytes.toString('utf8')));
}

/** Whatever removes, without a free byte: it works, and afterwards no index lists what is gone. Repairs work or say why not. */
export async function imagesWorkWhenFull(place: ImagePlace<Ground>, { fill, isReserveUsed, look = fullDiskViolations, mayRefuseBack = false }: Filling): Promise<string[]> {
  const violations = await place.make();
  if (violations.length > 0) return violations;
  const when = isReserveUsed ? ' with the reserve used up' : '';
  const without = async (words: readonly string[]): Promise<Result> => {
    // Whoever looks at the cache takes the reserve that the last one has used up; or somebody has filled that too.
    await place.runHere('ls');
    if (isReserveUsed) rmSync(place.reserve, { force: true });
    const empty = fill();
    const result = await place.run(...words);
    empty();
    return result;
  };
  const must = async (words: readonly string[], isDone: () => boolean): Promise<void> => {
    const result = await without(words);
    violations.push(...mustWorkViolations(`${words.join(' ')}${when}`, result, isDone()));
    violations.push(...staleIndexViolations(result, indexViolations(place.look(), place.look().index !== undefined, false)).map((violation) => `after ${words.join(' ')}${when}: ${violation}`));
  };
  await must(['clear', '--name', MANY_LINES[111]!, '--delete', '--yes'], () => !isThere(place, 111));
  await place.runHere('clear', '--name', MANY_LINES[122]!, '--yes');
  const restored = await without(RESTORE);
  const isBack = isThere(place, 122);
  const again = restored.code === 0 || !mayRefuseBack ? restored : await place.runHere(...RESTORE);
  violations.push(...(mayRefuseBack ? backViolations(RESTORE.join(' '), restored, isBack, { result: again, isDone: isThere(place, 122) }) : mustWorkViolations(`${RESTORE.join(' ')}${when}`, restored, isBack)));
  await place.runHere('clear', '--name', MANY_LINES[122]!, '--yes');
  await must(['quarantine', 'purge', '--all', '--yes'], () => place.look().aside.length === 0);
  await flipBit(join(place.cache, [...place.look().entries.keys()].find((file) => file.startsWith('images/'))!));
  const fixed = await without(['fix', '--num-workers', '1']);
  // One that it could not draw is named, with exit 1.
  violations.push(...(fixed.code === 1 ? [] : look(fixed)).map((violation) => `fix${when}: ${violation}`));
  await place.runHere('fix', '--num-workers', '1');
  await place.runHere('quarantine', 'purge', '--all', '--yes');
  return [...violations, ...(await completes(place))];
}
