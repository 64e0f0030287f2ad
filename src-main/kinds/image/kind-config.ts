import type { NamedPath } from '../../contract/config.ts';
import type { ParameterLine } from '../../contract/plan.ts';
import { KeySet, LarderError, throwIfAborted } from '../../base/index.ts';
import { formatConfigProblem } from '../config/index.ts';
import type { IndexChoices, ItemList, ItemOrigin, KindConfig, KindItem } from '../kind.ts';
import { imageKey } from './cache-json.ts';
import type { ImageConfig } from './config.ts';
import type { CorpusSplit } from './corpus.ts';
import { readCorpusSplit } from './corpus.ts';
import { chooseFonts, sortFonts } from './font-choice.ts';
import type { FontSet, UsableFont } from './fonts.ts';
import { readFontSet } from './fonts.ts';
import { textToDraw } from './text-to-draw.ts';

/** One picture: a line in a font at a height. */
export interface ImageItem extends KindItem {
  readonly variant: string;
  readonly height: number;
  readonly fontFile: string;
  readonly family: string;
}

/** Of PNG and metadata of a long line at height 32; both grow with it. */
const IMAGE_BYTES_AT_32 = 3_400;
const METADATA_BYTES = 530;
/** Long lines at height 32, one process. */
const ITEM_SECONDS_AT_32 = 0.0045;
const WORKER_BYTES = 250 * 2 ** 20;
/** From here on the index takes the training process more than a gigabyte. */
const LARGE_INDEX = 500_000;
const LINES_BETWEEN_LOOKS = 4_096;

export class ImageKindConfig implements KindConfig {
  readonly kind = 'image';
  readonly config: ImageConfig;

  constructor(config: ImageConfig) {
    this.config = config;
  }

  get configPath(): string {
    return this.config.configPath;
  }
  get directory(): string {
    return this.config.directory;
  }
  get index(): IndexChoices {
    return { prefix: this.config.indexPrefix, slim: this.config.isIndexSlim };
  }
  get parameters(): ParameterLine[] {
    const { height, fontsPerLine, fontPrefix, splits, maxLines } = this.config;
    return [
      { name: 'height', value: `${height} px` },
      { name: 'fonts per line', value: fontsPerLine === 'all' ? 'all fonts' : fontsPerLine === 1 ? '1 font a line' : `${fontsPerLine} fonts a line` },
      { name: 'font path', value: `${fontPrefix}<file>` },
      { name: 'splits', value: splits.join(', ') + (maxLines === 0 ? '' : `; the first ${maxLines} lines of each`) },
    ];
  }
  readonly repository = undefined;
  readonly rawDirectories: readonly string[] = [];
  get paths(): NamedPath[] {
    const { directory, corpusDirectory, fontsDirectory } = this.config;
    return [
      { name: 'cache', path: directory },
      { name: 'corpus', path: corpusDirectory },
      { name: 'fonts', path: fontsDirectory },
    ];
  }
  get warnings(): string[] {
    return this.config.warnings.map(formatConfigProblem);
  }
  /** How many lines of which split there are says nothing about one of them. */
  get measuredAs(): string {
    return `${this.config.height} px`;
  }
  get entryBytes(): number {
    return Math.round(IMAGE_BYTES_AT_32 * (this.config.height / 32) ** 1.6) + METADATA_BYTES;
  }
  get itemSeconds(): number {
    return ITEM_SECONDS_AT_32 * (this.config.height / 32) ** 0.8;
  }
  readonly workerBytes = WORKER_BYTES;

  async listItems(signal: AbortSignal): Promise<ItemList> {
    const { corpusDirectory, splits, maxLines } = this.config;
    const fonts = await this.readFonts();
    const items: ImageItem[] = [];
    const keys = new KeySet();
    const perSplit: Record<string, number> = {};
    const warnings = [...fonts.problems, ...leftOutWords(fonts.leftOut)];
    const unreadFiles: string[] = [];
    for (const split of splits) {
      const corpus = await readCorpusSplit(corpusDirectory, split, { maxLines, signal });
      warnings.push(...corpus.problems.map(({ message }) => message));
      unreadFiles.push(...corpus.problems.filter(({ code }) => code !== 'missing').map(({ message }) => message));
      const before = items.length;
      for (const item of this.#itemsOf(corpus, fonts, signal)) if (keys.add(item.key) === items.length) items.push(item);
      perSplit[split] = items.length - before;
    }
    if (items.length === 0) warnings.push(`No line of text is in ${corpusDirectory} for ${splits.join(', ')}.`);
    if (items.length > LARGE_INDEX && !this.config.isIndexSlim) warnings.push(`An index of ${items.length} entries takes the training process a gigabyte and more; write "index: slim" in the config (--index slim), or choose fewer fonts per line.`);
    if (this.config.fontsPerLine !== 'all' && this.config.fontsPerLine < fonts.usable.length) warnings.push(FEWER_FONTS);
    return { count: items.length, perSplit, warnings, ...(unreadFiles.length === 0 ? {} : { unreadFiles }), items };
  }

  async readFonts(): Promise<FontSet> {
    const fonts = await readFontSet(this.config.fontsDirectory, this.config.fontPrefix);
    if (fonts.usable.length > 0) return fonts;
    throw new LarderError('CONFIG_INVALID', `No usable font is in ${this.config.fontsDirectory}.${fonts.problems.length === 0 ? '' : ` ${fonts.problems.join(' ')}`}`, { hint: 'Name the folder of the .ttf files with --fonts-dir, or as fonts_dir in the config.' });
  }

  *#itemsOf({ lines, split }: CorpusSplit, fonts: FontSet, signal: AbortSignal): Generator<ImageItem> {
    const byPath = new Map(fonts.usable.map((font) => [font.keyPath, font]));
    const sorted = sortFonts(Array.from(byPath.keys()));
    let looked = 0;
    for (const text of lines) {
      if (++looked % LINES_BETWEEN_LOOKS === 0) throwIfAborted(signal);
      const drawn = textToDraw(text);
      for (const path of chooseFonts(text, sorted, this.config.fontsPerLine)) {
        yield itemOf(text, drawn, byPath.get(path)!, this.config.height, split);
      }
    }
  }

  originOf(): ItemOrigin {
    return { localPath: '', repositoryPath: '' };
  }

  preprocessPayload(): never {
    throw new LarderError('INTERNAL', 'Images are made in batches.');
  }
}

const FEWER_FONTS = 'With fewer fonts per line than there are, the training finds every line only if it chooses fonts by the same rule; docs/formats/image-cache.md has the change of two lines.';

const LEFT_OUT_SHOWN = 4;

function leftOutWords(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const more = names.length - LEFT_OUT_SHOWN;
  return [`${names.slice(0, LEFT_OUT_SHOWN).join(', ')}${more > 0 ? ` and ${more} more` : ''} ${names.length === 1 ? 'is' : 'are'} left out: beside its own fonts the training asks for no others. Put other fonts into a folder of their own to draw them.`];
}

/** A picture to be made, with the reason why not where there is one. */
export function itemOf(text: string, drawn: string, font: UsableFont, height: number, split: string): ImageItem {
  const refusal = font.refusal(drawn, height);
  const key = imageKey({ text, fontPath: font.keyPath, height });
  return { key, name: text, split, variant: font.keyPath, height, fontFile: font.file, family: font.family, basis: font.basis, ...(refusal === undefined ? {} : { refusal }) };
}
