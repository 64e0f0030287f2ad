import { join } from 'node:path';
import { FINDINGS } from '../../contract/findings.ts';
import type { Finding, FindingCode } from '../../contract/findings.ts';
import { KeySet, forEachLimited, inBatches } from '../../base/index.ts';
import type { AuditRequest, AuditResult, AuditedEntry, CacheWriters } from '../kind.ts';
import type { ImageMetadata } from './cache-json.ts';
import { DuplicateSearch, judgeAlike } from './duplicates.ts';
import { indexEntryOf } from './index-entries.ts';
import type { CacheIndex } from './index-read.ts';
import { indexIdentity, readIndex, readIndexValues } from './index-read.ts';
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
 * of everything else little more than its key is in memory. Where only some keys are asked for, no file
 * of another is read, pictures that are alike are looked for among them alone, and of the index it is
 * said what concerns them.
 *
 * @throws PERMISSION_DENIED, IO_FAILED, CANCELLED
 */
export async function auditImages(request: AuditRequest, signal: AbortSignal): Promise<AuditResult> {
  const before = await indexIdentity(request.directory);
  const view = await lookAtCache(request, signal);
  const { listing, writers, index } = view;
  const leftovers = request.only === undefined ? reportFiles(listing, writers.isBusy, request) : [];
  reportIndex(view, request);
  const origins = await openOrigins(request);
  const duplicates = new DuplicateSearch();
  const damaged = new Map<string, Damaged>();
  const fonts = new Set<string>();
  const heights = new Set<number>();
  const keys = chosenOf(listing, index, request);
  request.onTotal(keys.size);
  const judge = (facts: KeyFacts, asked: KeyEvidence['index'], { listing: listed }: CacheView): Damaged => {
    const evidence = evidenceOf(facts, listed, asked);
    return { evidence, findings: [...judgeKey(evidence), ...origins.judge(evidence)] };
  };
  const report = ({ evidence, findings }: Damaged): void => {
    for (const finding of findings) request.onFinding(finding);
    const truth = truthOf(evidence);
    if (truth !== undefined) {
      fonts.add(truth.fontPath);
      heights.add(truth.height);
      if (evidence.image?.pixelsMd5 != null) duplicates.add(evidence.image.pixelsMd5, evidence.key);
    }
    if (findings.length > 0) damaged.set(evidence.key, { evidence, findings });
    request.onEntry(entryOf(evidence, findings));
  };
  const doubtful: Damaged[] = [];
  const take = (facts: KeyFacts, asked: KeyEvidence['index']): void => {
    const judged = judge(facts, asked, view);
    if (judged.findings.some(({ code }) => OUT_OF_STEP.tidying.has(code))) doubtful.push(judged);
    else report(judged);
  };
  // Rows of the catalog lie in this order: those that are judged together are read and written together.
  await inspectAsked(keys.inKeyOrder(), view, request, take, signal);
  for (const judged of await lookAgain(doubtful, view, before, request, judge, signal)) report(judged);
  const alike = await findAlike(duplicates, damaged, view, request, signal);
  for (const { findings } of alike) for (const finding of findings) request.onFinding(finding);
  for (const found of alike) if (!damaged.has(found.evidence.key)) damaged.set(found.evidence.key, found);
  const known = { damaged, fonts, heights };
  return { leftovers, indexEntries: index.state === 'readable' ? index.entries.size : null, planRepairs: (knowledge, repairSignal) => planRepairs(request.directory, known, knowledge, repairSignal) };
}

/**
 * What the files of an entry and the index show while somebody is half through: a picture is listed when the job is over
 * that made it, and goes and comes back after its metadata and before the index.
 */
const OUT_OF_STEP: Readonly<Record<'making' | 'tidying', ReadonlySet<FindingCode>>> = {
  making: new Set(['image-unindexed', 'metadata-orphan']),
  tidying: new Set(['image-unindexed', 'image-missing', 'image-orphan', 'metadata-missing', 'metadata-orphan']),
};

/**
 * What did not fit together may have been met halfway: where somebody was or is at work it is looked at once more, and what
 * can come of their work is not called damage. Whoever audits when they are done sees it.
 */
async function lookAgain(doubtful: readonly Damaged[], first: CacheView, indexBefore: string, request: AuditRequest, judge: (facts: KeyFacts, asked: KeyEvidence['index'], view: CacheView) => Damaged, signal: AbortSignal): Promise<readonly Damaged[]> {
  if (doubtful.length === 0) return [];
  const isMoving = [first.writers, await request.lookForWriters()].some(({ isBusy, isTidying }) => isBusy || isTidying);
  if (!isMoving && (await indexIdentity(request.directory)) === indexBefore) return doubtful;
  const view = await lookAtCache(request, signal);
  const again: Damaged[] = [];
  await inspectAsked(doubtful.map(({ evidence }) => evidence.key), view, request, (facts, asked) => again.push(judge(facts, asked, view)), signal);
  const writers = [view.writers, await request.lookForWriters()];
  const excused = new Set([...(writers.some(({ isBusy }) => isBusy) ? OUT_OF_STEP.making : []), ...(writers.some(({ isTidying }) => isTidying) ? OUT_OF_STEP.tidying : [])]);
  return again.map(({ evidence, findings }) => ({ evidence, findings: findings.filter(({ code }) => !excused.has(code)) }));
}

/** What there is at one moment. */
interface CacheView extends CacheFiles {
  readonly writers: CacheWriters;
  readonly index: CacheIndex;
}

async function lookAtCache(request: AuditRequest, signal: AbortSignal): Promise<CacheView> {
  const listing = new Listing();
  const writers = await request.listFiles((name) => listing.add(name));
  listing.finish();
  return { listing, writers, unfinished: writers.unfinished, index: await readIndex(request.directory, signal) };
}

/** Keys that have a file or stand in the index, of those that are asked for. */
function chosenOf({ keys }: Listing, { entries }: CacheIndex, { only }: AuditRequest): KeySet {
  keys.addAll(entries.keys);
  if (only === undefined) return keys;
  const chosen = new KeySet();
  for (const key of keys.inKeyOrder()) if (only.has(key)) chosen.add(key);
  return chosen;
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
async function inspectAsked(keys: Iterable<string>, view: CacheView, request: AuditRequest, judge: (facts: KeyFacts, asked: KeyEvidence['index']) => void, signal: AbortSignal): Promise<void> {
  const { index } = view;
  const undecided: KeyFacts[] = [];
  const take = (facts: KeyFacts): void => {
    const asked = index.state === 'readable' ? index.entries.recall(facts.key, truthOf(facts)) : 'unknown';
    if (asked === undefined) undecided.push(facts);
    else judge(facts, asked);
  };
  await inspectAll(keys, view, request, take, signal);
  if (undecided.length === 0) return;
  const values = await readIndexValues(request.directory, new Set(undecided.map(({ key }) => key)), signal);
  for (const facts of undecided) judge(facts, values === undefined ? 'unknown' : values.has(facts.key) ? { value: values.get(facts.key) } : 'none');
}

/** Pictures that are found to be alike only when all have been seen: their texts, and the evidence to draw them again. */
async function findAlike(duplicates: DuplicateSearch, damaged: ReadonlyMap<string, Damaged>, view: CacheView, request: AuditRequest, signal: AbortSignal): Promise<Damaged[]> {
  const evidences = new Map<string, KeyEvidence>();
  const unseen: string[] = [];
  for (const keys of duplicates.groups) {
    for (const key of keys) {
      const found = damaged.get(key);
      if (found === undefined) unseen.push(key);
      else evidences.set(key, found.evidence);
    }
  }
  await inspectAsked(unseen, view, request, (facts, asked) => evidences.set(facts.key, evidenceOf(facts, view.listing, asked)), signal);
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

function reportIndex({ index: { state, problem, entries }, listing, writers }: CacheView, request: AuditRequest): void {
  const { only } = request;
  if (state === 'unreadable') request.onFinding(fileFinding('index-unreadable', INDEX_FILE, `${INDEX_FILE} cannot be read: ${problem ?? ''}.`));
  // The first job of a cache writes it when it is over.
  if (state === 'missing' && listing.images + listing.metadata > 0 && !writers.isBusy) request.onFinding(fileFinding('index-missing', INDEX_FILE, `There is no ${INDEX_FILE}, but ${listing.images} images and ${listing.metadata} metadata files.`));
  if (state === 'readable' && only === undefined && request.indexEntries !== null && entries.size < request.indexEntries) {
    request.onFinding(fileFinding('index-shrunk', INDEX_FILE, `${INDEX_FILE} has ${entries.size} entries; at the last look it had ${request.indexEntries}.`));
  }
  for (const key of entries.duplicates) if (only?.has(key) !== false) request.onFinding({ ...fileFinding('index-duplicate-key', INDEX_FILE, `${key} stands more than once in the index.`), key });
  if (only !== undefined) return;
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
