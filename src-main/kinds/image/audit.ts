import { join } from 'node:path';
import { FINDINGS } from '../../contract/findings.ts';
import type { Finding, FindingCode } from '../../contract/findings.ts';
import { forEachLimited } from '../../base/index.ts';
import type { AuditRequest, AuditResult, AuditedEntry } from '../kind.ts';
import { DuplicateSearch } from './duplicates.ts';
import type { CacheIndex } from './index-read.ts';
import { indexEntryOf, readIndex } from './index-read.ts';
import type { KeyFacts, KeyFiles } from './inspect-files.ts';
import type { Damaged, KeyEvidence } from './judge.ts';
import { judgeKey } from './judge.ts';
import { sortNames } from './listing.ts';
import type { Listing } from './listing.ts';
import { isProven } from './metadata-read.ts';
import { INDEX_FILE, imageFile, metadataFile } from './paths.ts';
import { openOrigins } from './origins.ts';
import { planRepairs } from './repair.ts';

/** Keys a worker looks at in one go. */
const KEYS_AT_ONCE = 64;
const KEY = /^[0-9a-f]{32}$/;

/**
 * Checks index, images and metadata against each other. The result does not depend on the order in
 * which files are met. What is damaged is remembered with its evidence, so that it can be repaired.
 *
 * @throws PERMISSION_DENIED, IO_FAILED, CANCELLED
 */
export async function auditImages(request: AuditRequest, signal: AbortSignal): Promise<AuditResult> {
  const listing = sortNames(request.names);
  const index = await readIndex(request.directory, signal);
  const leftovers = reportFiles(listing, request);
  reportIndex(index, listing, request);
  const origins = await openOrigins(request);
  const duplicates = new DuplicateSearch();
  const damaged = new Map<string, Damaged>();
  const fonts = new Set<string>();
  const heights = new Set<number>();
  const keys = allKeys(listing, index);
  request.onTotal(keys.length);
  const take = (facts: KeyFacts): void => {
    const evidence = evidenceOf(facts, listing, index);
    const findings = [...judgeKey(evidence), ...origins.judge(evidence)];
    for (const finding of findings) request.onFinding(finding);
    const truth = facts.metadata?.value;
    if (truth !== undefined && isProven(truth, facts.key)) {
      fonts.add(truth.fontPath);
      heights.add(truth.height);
      if (facts.image?.pixelsMd5 != null) duplicates.add(facts.image.pixelsMd5, facts.key, truth.text);
    }
    if (findings.length > 0) damaged.set(facts.key, { evidence, findings });
    request.onEntry(entryOf(evidence, findings));
  };
  await inspectAll(keys, listing, request, take, signal);
  const alike = Array.from(duplicates.findings());
  for (const finding of alike) request.onFinding(finding);
  const again = await lookAgain(alike, damaged, listing, index, request, signal);
  for (const [key, found] of again) damaged.set(key, found);
  const known = { damaged, fonts, heights, index };
  return { leftovers, indexEntries: index.state === 'readable' ? index.values.size : null, planRepairs: (knowledge, repairSignal) => planRepairs(request.directory, known, knowledge, repairSignal) };
}

/** Evidence of pictures that are found to be alike only when all have been seen, so that they can be drawn again. */
async function lookAgain(alike: readonly Finding[], damaged: ReadonlyMap<string, Damaged>, listing: Listing, index: CacheIndex, request: AuditRequest, signal: AbortSignal): Promise<Map<string, Damaged>> {
  const found = new Map<string, Damaged>();
  const byKey = new Map(alike.flatMap((finding) => (finding.key === undefined || damaged.has(finding.key) ? [] : [[finding.key, finding] as const])));
  await inspectAll(Array.from(byKey.keys()), listing, request, (facts) => found.set(facts.key, { evidence: evidenceOf(facts, listing, index), findings: [byKey.get(facts.key)!] }), signal);
  return found;
}

/** Files that belong to no key. */
function reportFiles(listing: Listing, request: AuditRequest): AuditResult['leftovers'] {
  const leftovers: { file: string; code: string; message: string }[] = [];
  for (const file of listing.temporaries) {
    if (request.isBusy) continue;
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

function reportIndex(index: CacheIndex, listing: Listing, request: AuditRequest): void {
  if (index.state === 'unreadable') request.onFinding(fileFinding('index-unreadable', INDEX_FILE, `${INDEX_FILE} cannot be read: ${index.problem ?? ''}.`));
  if (index.state === 'missing' && listing.images.size + listing.metadata.size > 0) request.onFinding(fileFinding('index-missing', INDEX_FILE, `There is no ${INDEX_FILE}, but ${listing.images.size} images and ${listing.metadata.size} metadata files.`));
  if (index.state === 'readable' && request.indexEntries !== null && index.values.size < request.indexEntries) {
    request.onFinding(fileFinding('index-shrunk', INDEX_FILE, `${INDEX_FILE} has ${index.values.size} entries; at the last look it had ${request.indexEntries}.`));
  }
  for (const key of index.duplicates) request.onFinding({ ...fileFinding('index-duplicate-key', INDEX_FILE, `${key} stands more than once in the index.`), key });
  for (const key of index.values.keys()) if (!KEY.test(key)) request.onFinding({ ...fileFinding('index-bad-key', INDEX_FILE, `${JSON.stringify(key.slice(0, 80))} in the index is not 32 hex digits.`), key });
}

function allKeys(listing: Listing, index: CacheIndex): string[] {
  const keys = new Set([...listing.images.keys(), ...listing.metadata.keys()]);
  for (const key of index.values.keys()) if (KEY.test(key)) keys.add(key);
  return Array.from(keys);
}

function evidenceOf(facts: KeyFacts, listing: Listing, index: CacheIndex): KeyEvidence {
  const asked = index.state !== 'readable' ? 'unknown' : index.values.has(facts.key) ? { value: index.values.get(facts.key) } : 'none';
  return { ...facts, imageName: facts.image === null ? null : (listing.images.get(facts.key) ?? null), metadataName: facts.metadata === null ? null : (listing.metadata.get(facts.key) ?? metadataFile(facts.key)), index: asked };
}

function entryOf(evidence: KeyEvidence, findings: readonly Finding[]): AuditedEntry {
  const { key, image, metadata, index } = evidence;
  const truth = metadata?.value !== undefined && isProven(metadata.value, key) ? metadata.value : undefined;
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

async function inspectAll(keys: readonly string[], listing: Listing, request: AuditRequest, take: (facts: KeyFacts) => void, signal: AbortSignal): Promise<void> {
  const pathOf = (file: string | undefined): string | null => (file === undefined ? null : join(request.directory, file));
  // Metadata that were not there when names were listed may be there now; those of a writer who died lie elsewhere, whole.
  const metadataOf = (key: string): string => request.unfinished.get(metadataFile(key)) ?? join(request.directory, listing.metadata.get(key) ?? metadataFile(key));
  const batches = Array.from({ length: Math.ceil(keys.length / KEYS_AT_ONCE) }, (_, i) => keys.slice(i * KEYS_AT_ONCE, (i + 1) * KEYS_AT_ONCE));
  await forEachLimited(
    batches,
    request.workers + 1,
    async (batch) => {
      const files: KeyFiles[] = batch.map((key) => ({ key, image: pathOf(listing.images.get(key)), metadata: metadataOf(key) }));
      await request.run('verify-batch', { keys: files, isQuick: request.level === 'quick' }, (value) => (value as readonly KeyFacts[]).forEach(take));
    },
    signal,
  );
}
