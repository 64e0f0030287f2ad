import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FINDINGS } from '../../contract/findings.ts';
import type { Finding, FindingCode } from '../../contract/findings.ts';
import { errnoOf, isLarderError } from '../../base/index.ts';
import type { AuditRequest, RecordedEntry } from '../kind.ts';
import type { ImageMetadata } from './cache-json.ts';
import { baseName } from './cache-json.ts';
import { fontNames } from './fonts.ts';
import type { KeyEvidence } from './judge.ts';
import { ImageKindConfig } from './kind-config.ts';
import { parseMaker } from './maker.ts';
import { isProven } from './metadata-read.ts';
import { imageFile } from './paths.ts';

/** Judges sound pictures by what is known of how they were made. */
export interface Origins {
  /** Nothing is said where nothing is known: pictures of the original, a catalog that was lost, a font that is not at hand. */
  judge(evidence: KeyEvidence): Finding[];
}

/** Reads the fonts that are at hand: those of the folder that was named, or of the config. */
export async function openOrigins({ recorded, config, fontsDirectory }: Pick<AuditRequest, 'recorded' | 'config' | 'fontsDirectory'>): Promise<Origins> {
  const directory = fontsDirectory ?? (config instanceof ImageKindConfig ? config.config.fontsDirectory : undefined);
  const fonts = directory === undefined ? new Map<string, string>() : await digestsOf(directory);
  return {
    judge(evidence) {
      const known = recorded(evidence.key);
      const truth = evidence.metadata?.value;
      if (known === undefined || truth === undefined || !isProven(truth, evidence.key) || evidence.image === null) return [];
      return [...judgeCatalog(evidence, truth, known), ...judgePixels(evidence, truth, known), ...judgeFont(evidence, truth, known, fonts)];
    },
  };
}

/** md5 of each font file by its name; fonts that cannot be read are left out, the plan names them. */
async function digestsOf(directory: string): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const name of (await unlessRefused(fontNames(directory))) ?? []) {
    const bytes = await unlessRefused(readFile(join(directory, name)));
    if (bytes !== undefined) digests.set(name, createHash('md5').update(bytes).digest('hex'));
  }
  return digests;
}

async function unlessRefused<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!isLarderError(error) && errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function about(code: FindingCode, { key }: KeyEvidence, { text }: ImageMetadata, message: string, details: Readonly<Record<string, unknown>> = {}): Finding {
  return { code, severity: FINDINGS[code].severity, key, name: text, file: imageFile(key), message, details };
}

function judgeCatalog(evidence: KeyEvidence, truth: ImageMetadata, { name, variant }: RecordedEntry): Finding[] {
  const others = [...(name === null || name === truth.text ? [] : [`the text "${name.slice(0, 60)}"`]), ...(variant === null || variant === truth.fontPath ? [] : [`the font ${variant}`])];
  return others.length === 0 ? [] : [about('stale-index', evidence, truth, `The catalog had ${others.join(' and ')} for ${evidence.key}; its metadata have another.`)];
}

/** Only whole pictures of the right height: what is damaged is told as such. */
function judgePixels(evidence: KeyEvidence, truth: ImageMetadata, { maker, pixels }: RecordedEntry): Finding[] {
  const found = evidence.image?.pixelsMd5;
  if (maker === null || pixels === null || found == null || found === pixels) return [];
  if (evidence.image!.problems.length > 0 || !evidence.image!.isPlainGrey || evidence.image!.height !== truth.height || evidence.image!.width !== truth.width) return [];
  return [about('foreign-pixels', evidence, truth, `${imageFile(evidence.key)} has other pixels than Larder drew: somebody has written it since.`, { expected: pixels, found })];
}

function judgeFont(evidence: KeyEvidence, truth: ImageMetadata, { maker, pixels }: RecordedEntry, fonts: ReadonlyMap<string, string>): Finding[] {
  const drawnWith = maker === null ? undefined : parseMaker(maker)?.fontMd5;
  const present = fonts.get(baseName(truth.fontPath));
  // Who drew what is there now is not known where the pixels are not ours.
  const isOurs = evidence.image?.pixelsMd5 == null || evidence.image.pixelsMd5 === pixels;
  if (drawnWith === undefined || present === undefined || drawnWith === present || !isOurs) return [];
  return [about('font-changed', evidence, truth, `${imageFile(evidence.key)} was drawn with another ${baseName(truth.fontPath)}: md5 ${drawnWith.slice(0, 8)}, now ${present.slice(0, 8)}.`, { drawnWith, present })];
}
