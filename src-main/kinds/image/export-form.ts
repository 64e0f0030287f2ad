import { join } from 'node:path';
import { greyPixels, pixelsMd5, readPng } from '../../formats/png/index.ts';
import type { ExportForm } from '../kind.ts';
import { imageFile, metadataFile } from './paths.ts';
import { readMetadata } from './metadata-read.ts';
import { readSmall } from './read-small.ts';

const DOING = 'reading for the export';

/** Of the catalog where it knows it, otherwise of the picture; null for one that cannot be read. */
async function digestOf(directory: string, key: string, known: string | null): Promise<string | null> {
  if (known !== null) return known;
  const bytes = await readSmall(join(directory, imageFile(key)), DOING);
  if (bytes === undefined) return null;
  const { header, content } = readPng(bytes);
  const grey = header === undefined || content === undefined ? undefined : greyPixels(header, content);
  return grey === undefined ? null : pixelsMd5(grey);
}

/** Fields of the metadata under their own names, then what only the files and the catalog say. */
export const imageExport: ExportForm = {
  name: 'larder-image-cache-export',
  head: ({ directory, generatedAt, breakdown }) => ({
    cache_dir: directory,
    generated_at: generatedAt,
    fonts: Object.keys(breakdown['font'] ?? {}).sort(),
    heights: Object.keys(breakdown['height'] ?? {}).map(Number).filter(Number.isFinite).sort((a, b) => a - b),
  }),
  async row(directory, entry) {
    const bytes = await readSmall(join(directory, metadataFile(entry.key)), DOING);
    const value = bytes === undefined ? undefined : readMetadata(bytes).value;
    return {
      text: value?.text ?? entry.name,
      font_path: value?.fontPath ?? entry.variant ?? null,
      image_height: value?.height ?? entry.shape?.[0] ?? null,
      image_width: value?.width ?? entry.shape?.[1] ?? null,
      cache_key: entry.key,
      created_at: value?.createdAt ?? null,
      png_bytes: entry.sizeBytes,
      pixels_md5: entry.file === null ? null : await digestOf(directory, entry.key, entry.pixels),
      writer: writerOf(entry),
      split: entry.split,
      state: entry.state,
    };
  },
};

/** Who has drawn it, as far as the catalog of this machine knows. */
export function writerOf({ maker, file }: { readonly maker?: string | null; readonly file: string | null }): string | null {
  return file === null ? null : maker == null ? 'unknown' : 'larder';
}
