import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { deleteEntry, flipBit, truncateEntry } from '../sample/index.ts';
import type { PlantedFault, SampleDataset, SampleProject } from '../sample/index.ts';
import { runCommand } from './run-command.ts';
import type { CommandResult, CommandSetting } from './run-command.ts';
import { ShownLines } from './shown-lines.ts';
import type { LeftOut } from './shown-lines.ts';

/** Something did not end as it must; the message says what. */
export class DemoFailure extends Error {}

/** How a step's command has to end. */
interface Expectation {
  readonly exitCode: number;
  /** What its output has to say. */
  readonly says?: readonly RegExp[];
}

interface Step {
  readonly title: string;
  readonly words: readonly string[];
  readonly expected: Expectation;
  readonly leftOut?: LeftOut;
}

const CONFIG = ['--config', 'config.yaml'] as const;
const BATCH = ['--batch-size', '4'] as const;
const PLAN_AGAIN: LeftOut = { lines: /^Plan for |^ {2}\S/, say: '… the plan, as above' };
const FINDINGS_AGAIN: LeftOut = { lines: /^error |^ {8}|^\d+ (?:entries:|had been|of the list|errors:)|^Findings: /, say: '… the findings, as above' };
const PARAMETERS_AGAIN: LeftOut = { lines: /^\/|^ {2}(?:spacing|shape|orientation|window|dtype) /, say: '… the folder and its parameters, as above' };

/** The main job from beginning to end, one command after the other. */
export class DemoStory {
  readonly #project: SampleProject;
  readonly #dataset: SampleDataset;
  readonly #setting: CommandSetting;
  readonly #say: (line: string) => void;
  #step = 0;

  constructor(project: SampleProject, dataset: SampleDataset, setting: CommandSetting, say: (line: string) => void) {
    this.#project = project;
    this.#dataset = dataset;
    this.#setting = setting;
    this.#say = say;
  }

  /** @throws DemoFailure; CANCELLED */
  async tell(): Promise<void> {
    await this.#build();
    const before = await this.#digests();
    const faults = await this.#plantFaults(Array.from(before.keys()));
    await this.#findFaults(faults);
    await this.#repair(faults, before);
    await this.#look();
  }

  async #build(): Promise<void> {
    const sound = this.#dataset.volumes.length;
    const listed = sound + 2;
    await this.#run({ title: 'See what the config will make, and what it needs', words: ['plan', ...CONFIG, ...BATCH], expected: { exitCode: 0, says: [new RegExp(`^  required +${listed} `, 'm'), /^ {2}not on the Hub +1 /m] } });
    await this.#run({
      title: 'Make it; one upload is damaged and one name is not on the Hub, and both are told',
      words: ['generate', ...CONFIG, ...BATCH, '--yes'],
      expected: { exitCode: 1, says: [new RegExp(`^Made ${sound} entries `, 'm'), /^1 failed: train_9_a_1\.nii\.gz$/m, /^1 cannot be made/m] },
      leftOut: PLAN_AGAIN,
    });
    await this.#verifySound(sound);
  }

  async #verifySound(sound: number, title = 'Check every byte and every number of what was made'): Promise<void> {
    await this.#run({ title, words: ['verify', ...CONFIG], expected: { exitCode: 0, says: [new RegExp(`^${sound} entries: ${sound} sound, 0 damaged`, 'm')] } });
  }

  async #plantFaults(files: readonly string[]): Promise<PlantedFault[]> {
    this.#head('Plant three faults, as disks, crashes and people make them');
    const [first, second, third] = await this.#pathsOf(files);
    const faults = [await flipBit(first), await truncateEntry(second), await deleteEntry(third)];
    for (const fault of faults) this.#say(`  ${fault.sentence}`);
    return faults;
  }

  /** Three entries, spread over the cache. */
  async #pathsOf(files: readonly string[]): Promise<[string, string, string]> {
    const directory = await this.#cacheDirectory();
    const pick = (part: number): string => join(directory, files[Math.floor(files.length * part)]!);
    return [pick(0.2), pick(0.5), pick(0.8)];
  }

  async #findFaults(faults: readonly PlantedFault[]): Promise<void> {
    const { stderr } = await this.#run({ title: 'Check again: all three are found, by name, with what they mean for training', words: ['verify', ...CONFIG], expected: { exitCode: 1, says: [/^3 errors: /m] } });
    const found = stderr.flatMap((line) => /^error +(\S+) /.exec(line)?.[1] ?? []).toSorted();
    const planted = faults.map((fault) => fault.code).toSorted();
    if (found.join() !== planted.join()) throw new DemoFailure(`planted were ${planted.join(', ')}, found were ${found.join(', ') || 'none'}.`);
  }

  async #repair(faults: readonly PlantedFault[], before: ReadonlyMap<string, string>): Promise<void> {
    await this.#run({ title: 'Repair: damaged files are set aside, all three are made again', words: ['fix', ...CONFIG], expected: { exitCode: 0, says: [/^2 files set aside/m, /^3 entries made again\.$/m] }, leftOut: FINDINGS_AGAIN });
    const after = await this.#digests();
    for (const [file, digest] of before) {
      if (after.get(file) !== digest) throw new DemoFailure(`${file} is not what it was before the fault.`);
    }
    this.#say(`  All ${faults.length} are byte for byte what they were.`);
    await this.#verifySound(this.#dataset.volumes.length, 'Check once more: clean');
  }

  async #look(): Promise<void> {
    const listed = this.#dataset.volumes.length + 2;
    await this.#run({ title: 'Write down which hash is which volume', words: ['map', ...CONFIG, '--output-path', 'hash_map.csv'], expected: { exitCode: 0, says: [new RegExp(`^${listed} names written to `, 'm')] } });
    const [, first] = (await readFile(join(this.#project.directory, 'hash_map.csv'), 'utf8')).split('\n');
    const [hash, name] = (first ?? '').split(',');
    this.#say(`  So ${hash}.pt is ${name}.`);
    await this.#run({ title: 'The cache in numbers', words: ['stats', ...CONFIG], expected: { exitCode: 0, says: [new RegExp(`^ {2}coverage +${listed - 2} of ${listed} `, 'm')] }, leftOut: PARAMETERS_AGAIN });
  }

  #head(title: string): void {
    this.#say(bold(`${++this.#step}. ${title}`));
  }

  async #run(step: Step): Promise<CommandResult> {
    this.#head(step.title);
    this.#say(`  $ larder ${step.words.join(' ')}`);
    const lines = new ShownLines(this.#say, step.leftOut);
    const result = await runCommand(step.words, this.#setting, (line) => lines.show(line));
    lines.end();
    assertExpected(step, result);
    return result;
  }

  async #cacheDirectory(): Promise<string> {
    const { cacheRoot } = this.#project;
    const names = await readdir(cacheRoot);
    if (names.length !== 1) throw new DemoFailure(`${cacheRoot} holds ${names.length} folders instead of one cache.`);
    return join(cacheRoot, names[0]!);
  }

  /** sha256 of every entry, by file, in order of the names. */
  async #digests(): Promise<Map<string, string>> {
    const directory = await this.#cacheDirectory();
    const files = (await readdir(directory)).filter((name) => name.endsWith('.pt')).toSorted();
    const digests = new Map<string, string>();
    for (const file of files) digests.set(file, createHash('sha256').update(await readFile(join(directory, file))).digest('hex'));
    return digests;
  }
}

/** Bold where a person looks at it and has not asked for plain text (no-color.org). */
function bold(text: string): string {
  return process.stdout.isTTY && process.env['NO_COLOR'] === undefined ? `\u001B[1m${text}\u001B[0m` : text;
}

function assertExpected({ words, expected }: Step, result: CommandResult): void {
  const command = `\`larder ${words.join(' ')}\``;
  if (result.exitCode !== expected.exitCode) throw new DemoFailure(`${command} ended with exit code ${result.exitCode} instead of ${expected.exitCode}.`);
  const output = result.stdout.join('\n');
  const unsaid = expected.says?.find((pattern) => !pattern.test(output));
  if (unsaid !== undefined) throw new DemoFailure(`${command} did not say ${unsaid.source}.`);
}
