import { join, resolve } from 'node:path';
import ensureBuilt, { OUT, ROOT } from '../browser/ensure-built.ts';
import { ensurePython } from '../interop/python-environment.ts';
import { benchDirectory } from './bench-directory.ts';
import { benchForecast } from './bench-forecast.ts';
import { benchImageCatalog } from './bench-image-catalog.ts';
import { benchImageIndex } from './bench-image-index.ts';
import { benchImages } from './bench-images.ts';
import { benchList } from './bench-list.ts';
import type { BenchSetting } from './bench-pipeline.ts';
import { benchPipeline } from './bench-pipeline.ts';
import { benchVerify } from './bench-verify.ts';
import { catalogSection } from './catalog-section.ts';
import { writeDocument } from './document.ts';
import type { Section } from './figure.ts';
import type { LarderEntries } from './larder-side.ts';
import { LarderSide } from './larder-side.ts';
import { machineFacts } from './machine.ts';
import type { BenchOptions } from './options.ts';
import { makeBenchProject } from './project.ts';
import { PythonSide } from './python-side.ts';
import { meetsAllBudgets, sectionLines } from './report.ts';
import type { PartId } from './results.ts';
import { keepResult } from './results.ts';

const BUILT: LarderEntries = { cli: join(OUT, 'main', 'cli.js'), worker: join(OUT, 'main', 'worker.js') };
const SOURCES: LarderEntries = { cli: join(ROOT, 'src-main', 'hosts', 'cli', 'main.ts'), worker: join(ROOT, 'src-main', 'workers', 'entry.ts') };
const WITH_PYTHON: ReadonlySet<PartId> = new Set(['pipeline', 'verify', 'images']);

/** Entries of the image cache that is searched and whose index is written. */
const LARGE_ENTRIES = 100_000;

/** The parts that are asked for, one after the other; each is kept as soon as it is through. */
export class LarderBench {
  readonly #options: BenchOptions;
  readonly #folder: string;
  readonly #say: (line: string) => void;
  #python: PythonSide | undefined;
  #pipeline: Promise<BenchSetting> | undefined;

  constructor(options: BenchOptions, folder: string, say: (line: string) => void) {
    this.#options = options;
    this.#folder = folder;
    this.#say = say;
  }

  /** @returns true if every budget of these parts is met */
  async run(): Promise<boolean> {
    const { parts, isQuick } = this.#options;
    if (!isQuick) await ensureBuilt();
    if (parts.some((part) => WITH_PYTHON.has(part))) this.#python = new PythonSide(await this.#interpreter(), this.#folder);
    const facts = machineFacts(await this.#python?.versions());
    for (const [name, value] of facts) this.#say(`${name}: ${value}`);
    const sections: Section[] = [];
    for (const part of parts) {
      const startedAt = performance.now();
      const measured = await this.#measure(part);
      if (measured === undefined) continue;
      const section = isQuick ? withoutBudgets(measured) : measured;
      sections.push(section);
      for (const line of sectionLines(section)) this.#say(line);
      this.#say(`  (${Math.round((performance.now() - startedAt) / 1000)} s)`);
      if (!isQuick) await writeDocument(await keepResult(part, { date: new Date().toISOString().slice(0, 10), facts, section }));
    }
    if (isQuick) return true;
    const isMet = meetsAllBudgets(sections);
    this.#say(isMet ? 'Every budget is met.' : 'A budget is missed; see above.');
    this.#say('Written: docs/benchmarks.md');
    return isMet;
  }

  /** Undefined where this machine lacks what it takes; it has been told then. */
  async #measure(part: PartId): Promise<Section | undefined> {
    const { rows, runs, files, directoryEntries } = this.#options;
    switch (part) {
      case 'pipeline':
        return await benchPipeline(await this.#setting());
      case 'verify':
        return await benchVerify(await this.#settingWithCache(), files);
      case 'catalog':
        return await catalogSection(rows, runs);
      case 'directory':
        return await benchDirectory(directoryEntries, runs);
      case 'list':
        return await benchList(rows, runs);
      case 'images':
        return await this.#images();
      case 'forecast':
        return await benchForecast({ cli: this.#entries.cli, folder: this.#folder, say: this.#say });
      case 'pages':
        return undefined;
      default:
        return part satisfies never;
    }
  }

  get #entries(): LarderEntries {
    return this.#options.isQuick ? SOURCES : BUILT;
  }

  async #interpreter(): Promise<string> {
    const { python } = this.#options;
    return python === undefined ? await ensurePython(join(ROOT, '.venv-interop'), this.#say) : resolve(python);
  }

  async #images(): Promise<Section | undefined> {
    const { runs, lines, entriesBefore, rows } = this.#options;
    const drawing = await benchImages({ cli: this.#entries.cli, interpreter: this.#python!.interpreter, folder: this.#folder, runs, lines, before: entriesBefore, say: this.#say });
    const search = await benchImageCatalog(this.#folder, Math.min(rows, LARGE_ENTRIES), runs);
    const index = await benchImageIndex({ interpreter: this.#python!.interpreter, folder: this.#folder, runs, entries: Math.min(rows, LARGE_ENTRIES) });
    const sections = [...(drawing === undefined ? [] : [drawing]), search, index];
    return { title: 'Images', about: sections.map(({ about }) => about).join(' '), figures: sections.flatMap(({ figures }) => figures) };
  }

  /** Large volumes are made once, and only for who needs them. */
  async #setting(): Promise<BenchSetting> {
    this.#pipeline ??= makeBenchProject(this.#folder, this.#options, this.#say).then((project) => {
      const { workers, runs } = this.#options;
      return { larder: new LarderSide(this.#entries, this.#folder), python: this.#python!, project, workers, runs, say: this.#say };
    });
    return await this.#pipeline;
  }

  /** Verify needs entries, which the pipeline leaves behind where it was measured before. */
  async #settingWithCache(): Promise<BenchSetting> {
    const setting = await this.#setting();
    if (!this.#options.parts.includes('pipeline')) await setting.larder.generate(setting.project, setting.workers, setting.project.volumes.length);
    return setting;
  }
}

/** Starting and small numbers weigh too much in a quick run to judge by it. */
function withoutBudgets(section: Section): Section {
  return { ...section, figures: section.figures.map((figure) => ({ ...figure, budget: undefined })) };
}
