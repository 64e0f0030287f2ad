import { LarderError } from '../../base/index.ts';
import type { CacheKind, RecognisedCache } from '../kind.ts';
import { auditImages } from './audit.ts';
import { imageBatches } from './batches.ts';
import { fontName } from './cache-json.ts';
import { IMAGE_SPLITS } from './contract.ts';
import { readCorpusSplit } from './corpus.ts';
import { claimsImageConfig, parseImageConfig, readImageConfig } from './config.ts';
import { imageConfigText } from './config-text.ts';
import { draftLines } from './drafts.ts';
import { imageIndex } from './entry-index.ts';
import { imageExport, writerOf } from './export-form.ts';
import { readHitReport } from './hits-log.ts';
import { ImageKindConfig } from './kind-config.ts';
import { materialOf } from './material.ts';
import { IMAGES, INDEX_FILE, METADATA, imageFile, isTemporary, keyOfImage, keyOfMetadata, metadataFile } from './paths.ts';
import type { ImageInspectPayload, ImagePreviewPayload } from './tasks.ts';

/** Files of the later layout that the training project keeps in the same folder. */
const LATER_LAYOUT = 'generation_metadata.json';

/** Recognised by its index or its folder of images. @throws CACHE_FOREIGN for the later, split-based layout */
async function recogniseImages(directory: string, names: readonly string[]): Promise<RecognisedCache | undefined> {
  const found = new Set(names);
  if (found.has(LATER_LAYOUT) || (!found.has(IMAGES) && !found.has(INDEX_FILE) && ['train', 'val', 'test'].some((split) => found.has(split)) && found.has('metadata.json'))) {
    throw new LarderError('CACHE_FOREIGN', `${directory} holds the later, split-based layout of the training project (${LATER_LAYOUT}, train/, val/, test/), not an image cache.`, { hint: 'Give an image cache, which has images/, metadata/ and cache_index.json, or another --cache-dir.', details: { directory } });
  }
  if (!found.has(IMAGES) && !found.has(INDEX_FILE)) return undefined;
  return {
    kind: 'image',
    directory,
    parameters: [],
    findings: [],
    inspectPayload: (request) => ({ ...request, directory }) satisfies ImageInspectPayload,
    previewPayload: (request) => ({ ...request, directory }) satisfies ImagePreviewPayload,
    verifyPayload: (request) => request,
  };
}

/** Caches of the original `ImageCache` class: lines of text as pictures, with metadata and an index. */
export const imageKind: CacheKind = {
  id: 'image',
  folders: ['', IMAGES, METADATA],
  entryFiles: (key) => [imageFile(key), metadataFile(key)],
  claimsConfig: claimsImageConfig,
  async readConfig(path, { cwd }) {
    return new ImageKindConfig(await readImageConfig(path, cwd));
  },
  async checkConfig(text, { file, cwd }) {
    const { config, problems } = parseImageConfig(text, { file, cwd });
    return { problems, ...(config === undefined ? {} : { config: new ImageKindConfig(config) }) };
  },
  configText: imageConfigText,
  drafts: draftLines,
  groupsOf: ({ variant, shape, maker, file }) => ({ font: variant == null ? 'unknown' : fontName(variant), height: shape === null ? 'unknown' : String(shape[0]), writer: writerOf({ maker, file }) ?? 'unknown' }),
  async splitsOfNames(directory, signal) {
    const splits = new Map<string, string>();
    for (const split of IMAGE_SPLITS) for (const line of (await readCorpusSplit(directory, split, { signal })).lines) if (!splits.has(line)) splits.set(line, split);
    return splits;
  },
  exportForm: imageExport,
  materialOf,
  keyOfFile: keyOfImage,
  keyOfFileBeside: keyOfMetadata,
  keyOfName: () => undefined,
  nameFromSourcePath: () => undefined,
  isTemporaryFile: isTemporary,
  isOwnFile: (file) => file === INDEX_FILE || file.startsWith(`${METADATA}/`),
  readHits: readHitReport,
  recognise: recogniseImages,
  batches: imageBatches,
  index: imageIndex,
  audit: auditImages,
};
