import { FINDINGS } from '../../contract/findings.ts';
import type { Finding, FindingCode } from '../../contract/findings.ts';
import type { PngProblemCode } from '../../formats/png/index.ts';
import { baseName, fontName } from './cache-json.ts';
import { hasOwnPaths, indexEntryOf, isSlimValue } from './index-entries.ts';
import type { ImageFacts, KeyFacts } from './inspect-files.ts';
import { isProven } from './metadata-read.ts';
import { imageFile, metadataFile } from './paths.ts';

/** Everything there is about one key. */
export interface KeyEvidence extends KeyFacts {
  /** Files as they are called now; they differ from the key's only where they are misnamed. */
  readonly imageName: string | null;
  readonly metadataName: string | null;
  /** `none`: the index does not have it; `unknown`: there is no index to ask. */
  readonly index: 'none' | 'unknown' | { readonly value: unknown };
}

/** A key with findings, and what they rest on. */
export interface Damaged {
  readonly evidence: KeyEvidence;
  readonly findings: readonly Finding[];
}

const OF_PNG: Readonly<Record<PngProblemCode, FindingCode>> = {
  empty: 'image-empty',
  'not-png': 'image-not-png',
  truncated: 'image-truncated',
  corrupt: 'image-corrupt',
  'trailing-bytes': 'image-trailing-bytes',
};

/**
 * What is wrong with one key. Each key tells its own causes only: metadata that cannot be parsed
 * give no second finding about their content, a missing image none about its size.
 */
export function judgeKey(evidence: KeyEvidence): Finding[] {
  const about = finder(evidence);
  const { image, metadata, index, key } = evidence;
  const hasIndexEntry = typeof index === 'object';
  const findings = misnamed(evidence, about);
  if (image === null) {
    if (hasIndexEntry) findings.push(about('image-missing', imageFile(key), `${imageFile(key)} is not there, but the index has it.`));
    else if (metadata !== null) findings.push(about('metadata-orphan', metadataFile(key), `${metadataFile(key)} has neither an image nor an index entry.`));
    return metadata?.problem !== undefined && hasIndexEntry ? [...findings, invalid(evidence, about)] : findings;
  }
  findings.push(...judgeImage(evidence, image, about));
  const isUsable = metadata?.value !== undefined && isProven(metadata.value, key);
  if (!hasIndexEntry && !isUsable && metadata === null) return [...findings, about('image-orphan', imageFile(key), `${imageFile(key)} has neither an index entry nor metadata.`)];
  if (index === 'none' && isUsable) findings.push(about('image-unindexed', imageFile(key), `${imageFile(key)} is not in the index.`));
  if (metadata === null) findings.push(about('metadata-missing', metadataFile(key), `${metadataFile(key)} is not there.`));
  else if (metadata.problem !== undefined) findings.push(invalid(evidence, about));
  else findings.push(...judgeMetadata(evidence, image, about));
  if (hasIndexEntry) findings.push(...judgeIndexEntry(evidence, index.value, about));
  return findings;
}

type About = (code: FindingCode, file: string, message: string, details?: Readonly<Record<string, unknown>>) => Finding;

/** Findings of one key carry its text where it is known. */
function finder({ key, metadata, index }: KeyEvidence): About {
  const known = metadata?.value?.text ?? (typeof index === 'object' ? indexEntryOf(index.value)?.text : undefined);
  return (code, file, message, details) => ({ code, severity: FINDINGS[code].severity, key, file, message, ...(known === undefined ? {} : { name: known }), ...(details === undefined ? {} : { details }) });
}

function misnamed({ key, imageName, metadataName }: KeyEvidence, about: About): Finding[] {
  const findings: Finding[] = [];
  if (imageName !== null && imageName !== imageFile(key)) findings.push(about('image-misnamed', imageName, `${imageName} should be called ${imageFile(key)}.`));
  if (metadataName !== null && metadataName !== metadataFile(key)) findings.push(about('metadata-misnamed', metadataName, `${metadataName} should be called ${metadataFile(key)}.`));
  return findings;
}

function invalid({ key, metadata }: KeyEvidence, about: About): Finding {
  if (metadata?.problem !== undefined && metadata.isUnread === true) return about('unreadable', metadataFile(key), metadata.problem);
  return about('metadata-invalid', metadataFile(key), `${metadataFile(key)} cannot be used: ${metadata?.problem ?? ''}.`);
}

/** Height the key was made with, where the metadata prove it. */
function provenHeight({ key, metadata }: KeyEvidence): number | undefined {
  return metadata?.value !== undefined && isProven(metadata.value, key) ? metadata.value.height : undefined;
}

function judgeImage(evidence: KeyEvidence, image: ImageFacts, about: About): Finding[] {
  const file = evidence.imageName ?? imageFile(evidence.key);
  if (image.unreadable !== undefined) return [about('unreadable', file, image.unreadable)];
  const [worst] = image.problems.toSorted((a, b) => Number(a.code === 'trailing-bytes') - Number(b.code === 'trailing-bytes'));
  if (worst !== undefined) return [about(OF_PNG[worst.code], file, `${file}: ${worst.message}.`, { isReadable: image.pixelsMd5 !== null })];
  const findings: Finding[] = [];
  if (!image.isPlainGrey) findings.push(about('image-mode', file, `${file} is not 8-bit grey without interlacing.`));
  const height = provenHeight(evidence);
  if (height !== undefined && image.height !== height) findings.push(about('image-height-mismatch', file, `${file} is ${image.height} pixels high; its key says ${height}.`, { expected: height, found: image.height }));
  return findings;
}

function judgeMetadata(evidence: KeyEvidence, image: ImageFacts, about: About): Finding[] {
  const { key } = evidence;
  const value = evidence.metadata!.value!;
  const file = metadataFile(key);
  const findings: Finding[] = [];
  const isTrue = isProven(value, key);
  if (!isTrue) findings.push(about('metadata-rehash-mismatch', file, `Text, font and height in ${file} hash to another key.`));
  if (isTrue && value.key !== key) findings.push(about('metadata-key-mismatch', file, `${file} names the key ${value.key}.`, { found: value.key }));
  if (image.width === null || image.problems.some(({ code }) => code !== 'trailing-bytes')) return findings;
  const wrong = [
    ...(value.width === image.width ? [] : [`width ${value.width} instead of ${image.width}`]),
    ...(isTrue || value.height === image.height ? [] : [`height ${value.height} instead of ${image.height}`]),
  ];
  if (wrong.length > 0) findings.push(about('size-mismatch', file, `${file} says ${wrong.join(' and ')}, which is what the image has.`, { width: image.width, height: image.height }));
  return findings;
}

function judgeIndexEntry({ key, metadata }: KeyEvidence, value: unknown, about: About): Finding[] {
  if (isSlimValue(value)) return [];
  const entry = indexEntryOf(value);
  if (entry === undefined) return [about('index-bad-entry', 'cache_index.json', `The entry of ${key} in the index is not an object with text, font, image_path and metadata_path.`)];
  const findings: Finding[] = [];
  const truth = metadata?.value !== undefined && isProven(metadata.value, key) ? metadata.value : undefined;
  if (truth !== undefined && entry.text !== truth.text) findings.push(about('index-text-mismatch', 'cache_index.json', `The index has "${entry.text.slice(0, 60)}" for ${key}; its metadata have another text.`));
  if (truth !== undefined && entry.font !== fontName(truth.fontPath) && entry.font !== baseName(truth.fontPath)) {
    findings.push(about('index-font-mismatch', 'cache_index.json', `The index has the font ${entry.font} for ${key}; its metadata have ${fontName(truth.fontPath)}.`));
  }
  if (!hasOwnPaths(entry, key)) {
    findings.push(about('index-path-mismatch', 'cache_index.json', `The index names ${entry.imagePath.slice(-80)} and ${entry.metadataPath.slice(-80)} for ${key}.`));
  }
  return findings;
}
