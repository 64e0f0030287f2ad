import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AS_IT_IS, isAsJudged } from '../../base/index.ts';
import type { Finding, FindingCode } from '../../contract/findings.ts';
import { encodeGreyPng, greyPixels, readPng } from '../../formats/png/index.ts';
import type { EntryRepair, RepairKnowledge } from '../kind.ts';
import type { ImageIdentity } from './cache-json.ts';
import { createdAtText, metadataText } from './cache-json.ts';
import { IMAGE_SPLITS } from './contract.ts';
import { readCorpusSplit } from './corpus.ts';
import { findExchanged, readExchanged, takeBack } from './exchanged.ts';
import { identify, searchCorpus } from './identify.ts';
import { readIndexValues } from './index-read.ts';
import type { Damaged, KeyEvidence } from './judge.ts';
import { ImageKindConfig } from './kind-config.ts';
import { imageFile, metadataFile } from './paths.ts';
import type { FontFinder } from './repair-fonts.ts';
import { openFontFinder } from './repair-fonts.ts';

/** What an audit has learnt, as far as repairing needs it. */
export interface AuditKnowledge {
  readonly damaged: ReadonlyMap<string, Damaged>;
  readonly fonts: ReadonlySet<string>;
  readonly heights: ReadonlySet<number>;
}

/** Repaired by writing the index anew, and by nothing else. */
const INDEX_ONLY: ReadonlySet<FindingCode> = new Set(['index-bad-entry', 'index-text-mismatch', 'index-font-mismatch', 'index-path-mismatch', 'image-unindexed', 'unreadable', 'stale-index']);
/** Not damaged, and drawn again only if it is asked for. */
const OFFERED: ReadonlySet<FindingCode> = new Set(['font-changed', 'foreign-pixels', 'image-duplicate']);

/** Decides about every damaged key; touches nothing. */
export async function* planRepairs(directory: string, audit: AuditKnowledge, knowledge: RepairKnowledge, signal: AbortSignal): AsyncGenerator<EntryRepair> {
  const isDue = ({ code }: Finding): boolean => !INDEX_ONLY.has(code) && (knowledge.isRedrawing || !OFFERED.has(code));
  const found: Damaged[] = [];
  for (const damaged of audit.damaged.values()) {
    if (!damaged.findings.some(isDue)) continue;
    if (isUnread(damaged.evidence)) yield leave(damaged, 'the disk does not give its files just now, and nobody can say what they are; they are left as they are');
    else if (await isStillSo(directory, damaged.evidence)) found.push(damaged);
    else yield leave(damaged, 'its files were changed by somebody else since they were looked at, and are left as they are now; run the command again');
  }
  const away = await awayStill(directory, found, knowledge, signal);
  const due = [...found, ...away];
  if (due.length === 0) return;
  const exchanged = findExchanged(due, (key) => knowledge.known(key)?.pixels);
  const pictures = await readExchanged(directory, exchanged);
  const finder = await openFontFinder(knowledge);
  const fonts = new Set([...audit.fonts, ...finder.keyPaths]);
  const ownHeights = knowledge.config instanceof ImageKindConfig ? [knowledge.config.config.height] : [];
  const sources = { fonts, heights: new Set([...audit.heights, ...ownHeights]), known: (key: string) => knowledge.known(key) };
  const identities = new Map(due.map(({ evidence }) => [evidence.key, identify(evidence, sources)] as const));
  const unknown = new Set(due.map(({ evidence }) => evidence.key).filter((key) => identities.get(key) === undefined));
  if (unknown.size > 0) {
    const heights = new Set([...sources.heights, ...due.flatMap(({ evidence }) => (evidence.image?.height == null ? [] : [evidence.image.height]))]);
    for (const [key, identity] of searchCorpus(unknown, await corpusLines(knowledge, signal), fonts, heights, signal)) identities.set(key, identity);
  }
  for (const { key, reason } of knowledge.unfinished) {
    const identity = away.some(({ evidence }) => evidence.key === key) ? identities.get(key) : undefined;
    const remake = identity === undefined ? undefined : await finder.itemOf(key, identity);
    // What cannot be made was told when it was set aside.
    if (identity !== undefined && typeof remake === 'object') yield { key, name: identity.text, reason, aside: [], rename: [], write: [], remake };
  }
  for (const { evidence, findings } of found) {
    const identity = identities.get(evidence.key);
    const [own, [first]] = [pictures.get(evidence.key), findings];
    if (own !== undefined && identity !== undefined) yield takeBack(evidence, own, identity, { code: first!.code, message: first!.message });
    else yield await decide(directory, evidence, findings, identity, finder, mustRedraw(evidence, findings, knowledge));
  }
}

/** Whether the files of a key are those that were judged. Whoever repairs has kept others away only since then. */
async function isStillSo(directory: string, { key, image, imageName, imageChangedAtMs, metadata, metadataName, metadataBytes, metadataChangedAtMs }: KeyEvidence): Promise<boolean> {
  if (image === null) {
    if (!(await isAsJudged(join(directory, imageFile(key)), undefined))) return false;
  } else if (imageChangedAtMs !== null) {
    if (!(await isAsJudged(join(directory, imageName!), { sizeBytes: image.sizeBytes, modifiedAtMs: Number(image.modifiedNs) / 1e6, changedAtMs: imageChangedAtMs }))) return false;
  }
  if (metadata === null) return await isAsJudged(join(directory, metadataFile(key)), undefined);
  return metadataChangedAtMs === null || (await isAsJudged(join(directory, metadataName!), { sizeBytes: metadataBytes, changedAtMs: metadataChangedAtMs }));
}

/** A disk that fails now may give them the next time. */
function isUnread({ image, metadata }: KeyEvidence): boolean {
  return image?.isUnread === true || (metadata?.problem !== undefined && metadata.isUnread === true);
}

function leave({ evidence, findings: [first] }: Damaged, refusal: string): EntryRepair {
  return { key: evidence.key, name: first!.name ?? null, reason: { code: first!.code, message: first!.message }, aside: [], rename: [], write: [], refusal, isLeft: true };
}

/** What an earlier repair set aside and did not come to make again, as far as this one does not come by it. */
async function awayStill(directory: string, found: readonly Damaged[], { unfinished }: RepairKnowledge, signal: AbortSignal): Promise<readonly Damaged[]> {
  const own = new Set(found.map(({ evidence }) => evidence.key));
  const keys = unfinished.map(({ key }) => key).filter((key) => !own.has(key));
  if (keys.length === 0) return [];
  const values = await readIndexValues(directory, new Set(keys), signal);
  return keys.map((key) => ({ evidence: { key, image: null, imageName: null, metadata: null, metadataName: null, metadataBytes: 0, imageChangedAtMs: null, metadataChangedAtMs: null, index: values?.has(key) === true ? { value: values.get(key) } : 'none' }, findings: [] }));
}

/** True where the picture is whole and yet not the one of this key, or is asked to be drawn again. */
function mustRedraw({ key, image }: KeyEvidence, findings: readonly Finding[], knowledge: RepairKnowledge): boolean {
  if (knowledge.isRedrawing && findings.some(({ code }) => OFFERED.has(code))) return true;
  const remembered = knowledge.known(key)?.pixels;
  return findings.some(({ code }) => code === 'size-mismatch') && remembered != null && image?.pixelsMd5 != null && image.pixelsMd5 !== remembered;
}

async function corpusLines(knowledge: RepairKnowledge, signal: AbortSignal): Promise<Set<string>> {
  const lines = new Set<string>();
  const { corpusDirectory } = knowledge;
  if (corpusDirectory === undefined) return lines;
  for (const split of IMAGE_SPLITS) for (const line of (await readCorpusSplit(corpusDirectory, split, { signal })).lines) lines.add(line);
  return lines;
}

/** What is done about one key. */
async function decide(directory: string, evidence: KeyEvidence, findings: readonly Finding[], identity: ImageIdentity | undefined, finder: FontFinder, isRedraw: boolean): Promise<EntryRepair> {
  const { key, image, imageName, metadataName } = evidence;
  const [first] = findings;
  const base = { key, name: identity?.text ?? null, reason: { code: first!.code, message: first!.message }, aside: [] as string[], rename: [] as { from: string; to: string }[], write: [] as { file: string; bytes: Uint8Array }[] };
  const files = [imageName, metadataName].filter((name) => name !== null);
  if (identity === undefined) return { ...base, aside: files, refusal: 'nobody knows its text, font and height: nothing at hand hashes to its key' };
  const isHeightRight = image?.height === identity.height;
  const isSound = image !== null && image.problems.length === 0 && image.isPlainGrey && isHeightRight;
  if (isSound && !isRedraw) return keepImage(base, evidence, identity);
  const pixels = image !== null && !isSound && isHeightRight && image.pixelsMd5 !== null ? await readPixels(directory, imageName!) : undefined;
  if (pixels !== undefined) {
    const kept = keepImage(base, evidence, identity);
    return { ...kept, rename: kept.rename.filter(({ from }) => from !== imageName), aside: [...kept.aside, imageName!], write: [{ file: imageFile(key), bytes: encodeGreyPng(pixels.grey, pixels.width, pixels.height) }, ...kept.write] };
  }
  const remake = await finder.itemOf(key, identity);
  if (typeof remake !== 'string') return { ...base, aside: files, remake };
  // A whole picture is better than none.
  return isSound ? { ...keepImage(base, evidence, identity), refusal: remake } : { ...base, aside: files, refusal: remake };
}

type Base = Omit<EntryRepair, 'remake' | 'refusal' | 'entry'>;

/** The pixels are right; names and metadata are brought in line with them. */
function keepImage(base: Base, evidence: KeyEvidence, identity: ImageIdentity): EntryRepair {
  const { key, image, imageName, metadataName, metadata } = evidence;
  const rename = [
    ...(imageName === imageFile(key) ? [] : [{ from: imageName!, to: imageFile(key) }]),
    ...(metadataName === null || metadataName === metadataFile(key) ? [] : [{ from: metadataName, to: metadataFile(key) }]),
  ];
  const entry = { key, name: identity.text, variant: identity.fontPath, shape: [image!.height!, image!.width!], dtype: 'uint8' };
  const value = metadata?.value;
  const isRight = value !== undefined && value.key === key && value.text === identity.text && value.fontPath === identity.fontPath && value.height === identity.height && value.width === image!.width;
  if (isRight) return { ...base, rename, entry };
  const bytes = Buffer.from(metadataText({ ...identity, width: image!.width!, key, createdAt: createdAtText(BigInt(image!.modifiedNs)) }), 'utf8');
  return {
    ...base,
    rename: rename.filter(({ from }) => from !== metadataName),
    aside: metadataName === null ? [] : [metadataName],
    write: [{ file: metadataFile(key), bytes }],
    entry,
  };
}

async function readPixels(directory: string, file: string): Promise<{ grey: Uint8Array; width: number; height: number } | undefined> {
  const { header, content } = readPng(await readFile(join(directory, file), { flag: AS_IT_IS }));
  const grey = header === undefined || content === undefined ? undefined : greyPixels(header, content);
  return grey === undefined ? undefined : { grey, width: header!.width, height: header!.height };
}
