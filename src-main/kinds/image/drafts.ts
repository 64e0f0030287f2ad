import { LarderError } from '../../base/index.ts';
import type { DraftRequest, KindConfig } from '../kind.ts';
import { IMAGE_SPLITS } from './contract.ts';
import { readCorpusSplit } from './corpus.ts';
import { ImageKindConfig, itemOf } from './kind-config.ts';
import { textToDraw } from './text-to-draw.ts';

/** A line as a worker is told to draw it for a look. */
export interface ImageDraftPayload {
  readonly fontFile: string;
  readonly drawn: string;
  readonly height: number;
}

/** A line in every font of the config. @throws CONFIG_INVALID if it has none; FILE_NOT_FOUND, CORPUS_INVALID */
export async function draftLines(config: KindConfig, request: { readonly text: string; readonly height?: number }, signal: AbortSignal): Promise<readonly DraftRequest[]> {
  if (!(config instanceof ImageKindConfig)) throw new LarderError('INTERNAL', 'Lines are drawn from a config of images.');
  const height = request.height ?? config.config.height;
  const { usable } = await config.readFonts();
  const text = request.text === '' ? await firstLine(config.config.corpusDirectory, signal) : request.text;
  const drawn = textToDraw(text);
  return usable.map((font) => {
    const item = itemOf(text, drawn, font, height, '');
    return { variant: font.keyPath, problem: item.refusal?.message, payload: { fontFile: font.file, drawn, height } satisfies ImageDraftPayload };
  });
}

async function firstLine(directory: string, signal: AbortSignal): Promise<string> {
  for (const split of IMAGE_SPLITS) {
    const { lines } = await readCorpusSplit(directory, split, { maxLines: 1, signal });
    if (lines[0] !== undefined) return lines[0];
  }
  return '';
}
