import { join } from 'node:path';
import { FINDINGS } from '../../contract/findings.ts';
import type { Finding, FindingCode } from '../../contract/findings.ts';
import { forEachLimited, inBatches } from '../../base/index.ts';
import type { AuditRequest, AuditResult, AuditedEntry } from '../kind.ts';
import type { ImageMetadata } from './cache-json.ts';
import { DuplicateSearch, judgeAlike } from './duplicates.ts';
import { indexEntryOf } from './index-entries.ts';
import type { CacheIndex } from './index-read.ts';
import { readIndex, readIndexValues } from './index-read.ts';
import type { KeyFacts, KeyFiles } from './inspect-files.ts';
import type { Damaged, KeyEvidence } from './judge.ts';
import { judgeKey } from './judge.ts';
import { Listing } from './listing.ts';
import { isProven } from './metadata-read.ts';
import { INDEX_FILE, imageFile, metadataFile } from './paths.ts';
import { openOrigins } from './origins.ts';
import { planRepairs } from './repair.ts';

/** Keys a worker looks at in one go. */
const KEYS_AT_ONCE = 64;

/**
 * Checks index, images and metadata against each other. The result does not depend on the order in
 * which files are met. What is damaged is remembered with its evidence, so that it can be repaired;
 * of everything else little more than its key is in memory.
 *
 * @throws PERMISSION_DENIED, IO_FAILED, CANCELLED
 */
export async function auditImages(request: AuditRequest, signal: AbortSignal): Promise<AuditResult> {
  const listing = new Listing();
  const writers = await request.listFiles((name) => listing.add(name));
  listing.finish();
  const index = await readIndex(request.directory, signal);
  const leftovers = reportFiles(listing, writers.isBusy, request);
  reportIndex(index, listing, request);
  const origins = await openOrigins(request);
  const duplicates = new DuplicateSearch();
  const damaged = new Map<string, Damaged>();
  const fonts = new Set<string>();
  const heights = new Set<number>();
  listing.keys.addAll(index.entries.keys);
  request.onTotal(listing.keys.size);
  const judge = (facts: KeyFacts, asked: KeyEvidence['index']): void => {
    const evidence = evidenceOf(facts, listing, asked);
    const findings = [...judgeKey(evidence), ...origins.judge(evidence)];
    for (const finding of findings) request.onFinding(finding);
    const truth = truthOf(facts);
    if (truth !== undefined) {
      fonts.add(truth.fontPath);
      heights.add(truth.height);
      if (facts.image?.pixelsMd5 != null) duplicates.add(facts.image.pixelsMd5, facts.key);
    }
    if (findings.length > 0) damaged.set(facts.key, { evidence, findings });
    request.onEntry(entryOf(evidence, findings));
  };
  const files = { listing, unfinished: writers.unfinished };
  // Rows of the catalog lie in this order: those that are judged together are read and written together.
  await inspectAsked(listing.keys.inKeyOrder(), files, index, request, judge, signal);
  const alike = await findAlike(duplicates, damaged, files, index, request, signal);
  for (const { findings } of alike) for (const finding of findings) request.onFinding(finding);
  for (const found of alike) if (!damaged.has(found.evidence.key)) damaged.set(found.evidence.key, found);
  const known = { damaged, fonts, heights };
  return { leftovers, indexEntries: index.state === 'readable' ? index.entries.size : null, planRepairs: (knowledge, repairSignal) => planRepairs(request.directory, known, knowledge, repairSignal) };
}

/** Where the files of a key are looked for. */
interface CacheFiles {
  readonly listing: Listing;
  /** Of writers who died, by the names they would have. */
  readonly unfinished: ReadonlyMap<string, string>;
}

/**
 * Looks at keys and at their entries in the index. What is kept of the index decides nearly all of them; the entries of
 * the others are read from it once more, at the end.
 */
async function inspectAsked(keys: Iterable<string>, files: CacheFiles, index: CacheIndex, request: AuditRequest, judge: (facts: KeyFacts, asked: KeyEvidence['index']) => void, signal: AbortSignal): Promise<void> {
  const undecided: KeyFacts[] = [];
  const take = (facts: KeyFacts): void => {
    const asked = index.state === 'readable' ? index.entries.recall(facts.key, truthOf(facts)) : 'unknown';
    if (asked === undefined) undecided.push(facts);
    else judge(facts, asked);
  };
  await inspectAll(keys, files, request, take, signal);
  if (undecided.length === 0) return;
  const values = await readIndexValues(request.directory, new Set(undecided.map(({ key }) => key)), signal);
  for (const facts of undecided) judge(facts, values === undefined ? 'unknown' : values.has(facts.key) ? { value: values.get(facts.key) } : 'none');
}

/** Pictures that are found to be alike only when all have been seen: their texts, and the evidence to draw them again. */
async function findAlike(duplicates: DuplicateSearch, damaged: ReadonlyMap<string, Damaged>, files: CacheFiles, index: CacheIndex, request: AuditRequest, signal: AbortSignal): Promise<Damaged[]> {
  const evidences = new Map<string, KeyEvidence>();
  const unseen: string[] = [];
  for (const keys of duplicates.groups) {
    for (const key of keys) {
      const found = damaged.get(key);
      if (found === undefined) unseen.push(key);
      else evidences.set(key, found.evidence);
    }
  }
  await inspectAsked(unseen, files, index, request, (facts, asked) => evidences.set(facts.key, evidenceOf(facts, files.listing, asked)), signal);
  const textOf = (key: string): string | undefined => {
    const evidence = evidences.get(key);
    return evidence === undefined ? undefined : truthOf(evidence)?.text;
  };
  const alike: Damaged[] = [];
  for (const keys of duplicates.groups) for (const finding of judgeAlike(keys, textOf)) alike.push({ evidence: evidences.get(finding.key!)!, findings: [finding] });
  return alike;
}

function truthOf({ key, metadata }: KeyFacts): ImageMetadata | undefined {
  return metadata?.value !== undefined && isProven(metadata.value, key) ? metadata.value : undefined;
}

/** Files that belong to no key. */
function reportFiles(listing: Listing, isBusy: boolean, request: AuditRequest): AuditResult['leftovers'] {
  const leftovers: { file: string; code: string; message: string }[] = [];
  for (const file of listing.temporaries) {
    if (isBusy) continue;
    const message = `${file} is a temporary file that nobody is writing any more.`;
    leftovers.push({ file, code: 'stray-temp', message });
    request.onFinding(fileFinding('stray-temp', file, message));
  }
  for (const file of listing.strays) request.onFinding(fileFinding('stray-file', file, `${file} is not a file of this cache.`));
  return leftovers;
}

function fileFinding(code: FindingCode, file: string, message: string): Finding {
  return { code, severity: FINDINGS[code].severity, file, message };
}

function reportIndex({ state, problem, entries }: CacheIndex, listing: Listing, request: AuditRequest): void {
  if (state === 'unreadable') request.onFinding(fileFinding('index-unreadable', INDEX_FILE, `${INDEX_FILE} cannot be read: ${problem ?? ''}.`));
  if (state === 'missing' && listing.images + listing.metadata > 0) request.onFinding(fileFinding('index-missing', INDEX_FILE, `There is no ${INDEX_FILE}, but ${listing.images} images and ${listing.metadata} metadata files.`));
  if (state === 'readable' && request.indexEntries !== null && entries.size < request.indexEntries) {
    request.onFinding(fileFinding('index-shrunk', INDEX_FILE, `${INDEX_FILE} has ${entries.size} entries; at the last look it had ${request.indexEntries}.`));
  }
  for (const key of entries.duplicates) request.onFinding({ ...fileFinding('index-duplicate-key', INDEX_FILE, `${key} stands more than once in the index.`), key });
  for (const key of entries.badKeys) request.onFinding({ ...fileFinding('index-bad-key', INDEX_FILE, `${JSON.stringify(key.slice(0, 80))} in the index is not 32 hex digits.`), key });
}

function evidenceOf(facts: KeyFacts, listing: Listing, index: KeyEvidence['index']): KeyEvidence {
  return { ...facts, imageName: facts.image === null ? null : (listing.imageOf(facts.key) ?? null), metadataName: facts.metadata === null ? null : (listing.metadataOf(facts.key) ?? metadataFile(facts.key)), index };
}

function entryOf(evidence: KeyEvidence, findings: readonly Finding[]): AuditedEntry {
  const { key, image, index } = evidence;
  const truth = truthOf(evidence);
  const listed = typeof index === 'object' ? indexEntryOf(index.value) : undefined;
  return {
    key,
    file: image === null ? null : imageFile(key),
    isSound: findings.every(({ severity }) => severity !== 'error'),
    name: truth?.text ?? listed?.text ?? null,
    variant: truth?.fontPath ?? null,
    shape: image === null || image.width === null || image.height === null ? null : [image.height, image.width],
    dtype: image === null ? null : 'uint8',
    sizeBytes: image?.sizeBytes ?? 0,
    modifiedAtMs: Number(image?.modifiedNs ?? 0) / 1e6,
    pixels: image?.pixelsMd5 ?? null,
    bytesRead: (image?.sizeBytes ?? 0) + evidence.metadataBytes,
  };
}

async function inspectAll(keys: Iterable<string>, { listing, unfinished }: CacheFiles, request: AuditRequest, take: (facts: KeyFacts) => void, signal: AbortSignal): Promise<void> {
  const pathOf = (file: string | undefined): string | null => (file === undefined ? null : join(request.directory, file));
  // Metadata that were not there when names were listed may be there now; those of a writer who died lie elsewhere, whole.
  const metadataOf = (key: string): string => unfinished.get(metadataFile(key)) ?? join(request.directory, listing.metadataOf(key) ?? metadataFile(key));
  await forEachLimited(
    inBatches(keys, KEYS_AT_ONCE),
    request.workers + 1,
    async (batch) => {
      const files: KeyFiles[] = batch.map((key) => ({ key, image: pathOf(listing.imageOf(key)), metadata: metadataOf(key) }));
      await request.run('verify-batch', { keys: files, isQuick: request.level === 'quick' }, (value) => (value as readonly KeyFacts[]).forEach(take));
    },
    signal,
  );
}
