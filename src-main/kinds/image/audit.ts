import { join } from 'node:path';
import { FINDINGS } from '../../contract/findings.ts';
import type { Finding, FindingCode } from '../../contract/findings.ts';
import { forEachLimited } from '../../base/index.ts';
import type { AuditRequest, AuditResult, AuditedEntry } from '../kind.ts';
import { DuplicateSearch } from './duplicates.ts';
import type { CacheIndex } from './index-read.ts';
import { indexEntryOf, readIndex } from './index-read.ts';
import type { KeyFacts, KeyFiles } from './inspect-files.ts';
import type { KeyEvidence } from './judge.ts';
import { judgeKey } from './judge.ts';
import { sortNames } from './listing.ts';
import type { Listing } from './listing.ts';
import { isProven } from './metadata-read.ts';
import { INDEX_FILE, imageFile } from './paths.ts';
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
  const duplicates = new DuplicateSearch();
  const damaged = new Map<string, { readonly evidence: KeyEvidence; readonly findings: readonly Finding[] }>();
  const fonts = new Set<string>();
  const heights = new Set<number>();
  const keys = allKeys(listing, index);
  request.onTotal(keys.length);
  const take = (facts: KeyFacts): void => {
    const evidence = evidenceOf(facts, listing, index);
    const findings = judgeKey(evidence);
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
  for (const finding of duplicates.findings()) request.onFinding(finding);
  const known = { damaged, fonts, heights, index };
  return { leftovers, planRepairs: (knowledge, repairSignal) => planRepairs(request.directory, known, knowledge, repairSignal) };
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
  return { ...facts, imageName: facts.image === null ? null : (listing.images.get(facts.key) ?? null), metadataName: listing.metadata.get(facts.key) ?? null, index: asked };
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
    bytesRead: (image?.sizeBytes ?? 0) + evidence.metadataBytes,
  };
}

async function inspectAll(keys: readonly string[], listing: Listing, request: AuditRequest, take: (facts: KeyFacts) => void, signal: AbortSignal): Promise<void> {
  const pathOf = (file: string | undefined): string | null => (file === undefined ? null : join(request.directory, file));
  const batches = Array.from({ length: Math.ceil(keys.length / KEYS_AT_ONCE) }, (_, i) => keys.slice(i * KEYS_AT_ONCE, (i + 1) * KEYS_AT_ONCE));
  await forEachLimited(
    batches,
    request.workers + 1,
    async (batch) => {
      const files: KeyFiles[] = batch.map((key) => ({ key, image: pathOf(listing.images.get(key)), metadata: pathOf(listing.metadata.get(key)) }));
      await request.run('verify-batch', { keys: files, isQuick: request.level === 'quick' }, (value) => take(value as KeyFacts));
    },
    signal,
  );
}
