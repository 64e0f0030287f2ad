import { z } from 'zod';
import { LarderError } from '../../base/index.ts';
import type { SourceDigest, SourceFile, SourceListing } from '../source.ts';
import { assertSafePath } from './endpoint.ts';
import { type ApiAnswer, type HubConnection, askApi } from './hub-client.ts';

/** Paths per `paths-info` request: the Hub refuses more than 1,000. */
const PATHS_PER_REQUEST = 500;

export interface RevisionFacts {
  readonly commit: string;
  readonly gated: false | 'auto' | 'manual';
}

const revisionSchema = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  gated: z.union([z.literal(false), z.literal('auto'), z.literal('manual')]).catch(false),
});

/**
 * What a branch, tag or commit means now.
 *
 * @throws REVISION_NOT_FOUND, SOURCE_NOT_FOUND and the other access errors
 */
export async function readRevision(hub: HubConnection, signal: AbortSignal): Promise<RevisionFacts> {
  const answer = await askApi(hub, { url: hub.endpoint.revision(hub.revision), signal });
  const facts = parseAnswer(revisionSchema, answer.json, 'the revision');
  return { commit: facts.sha, gated: facts.gated };
}

const fileSchema = z.object({
  path: z.string(),
  oid: z.string(),
  size: z.number().int().nonnegative(),
  lfs: z.object({ oid: z.string(), size: z.number().int().nonnegative() }).optional(),
});
const entrySchema = z.looseObject({ type: z.string() });
const pageSchema = z.array(entrySchema);

/** Files of one answer; folders and kinds of entries that did not exist when this was written are left out. */
export function parseEntries(json: unknown): SourceFile[] {
  const files = parseAnswer(pageSchema, json, 'the listing').filter((entry) => entry.type === 'file');
  return files.map((entry) => toSourceFile(parseAnswer(fileSchema, entry, 'a listed file')));
}

function toSourceFile(entry: z.infer<typeof fileSchema>): SourceFile {
  if (entry.lfs === undefined) {
    return { path: entry.path, sizeBytes: entry.size, digest: parseDigest('git-sha1', entry.oid, entry.path) };
  }
  return { path: entry.path, sizeBytes: entry.lfs.size, digest: parseDigest('sha256', entry.lfs.oid, entry.path) };
}

const DIGITS = { sha256: /^[0-9a-f]{64}$/, 'git-sha1': /^[0-9a-f]{40}$/ } as const;

/** Asterisks stand for a hash that is hidden from callers without access (huggingface/xet-core #895). */
export function parseDigest(algorithm: SourceDigest['algorithm'], hex: string, path: string): SourceDigest {
  if (DIGITS[algorithm].test(hex)) return { algorithm, hex };
  if (/^\*+$/.test(hex)) return { algorithm, hex: '' };
  throw wrongListing(`the ${algorithm} of ${path} is not a digest`);
}

function parseAnswer<T>(schema: z.ZodType<T>, json: unknown, what: string): T {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw wrongListing(`${what} has another form than expected (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''})`);
}

function wrongListing(problem: string): LarderError {
  return new LarderError('SOURCE_WRONG_CONTENT', `The Hub's answer cannot be used: ${problem}.`, {
    hint: 'Check the endpoint (downloads.endpoint in the config, or HF_ENDPOINT); it must be a Hugging Face Hub or a mirror of it.',
  });
}

/**
 * Facts about the given paths at one commit, in requests of 500.
 *
 * @throws PATH_REFUSED before the first request; the access errors
 */
export async function listPaths(hub: HubConnection, commit: string, paths: readonly string[], signal: AbortSignal): Promise<SourceListing> {
  for (const path of paths) assertSafePath(path);
  const wanted = [...new Set(paths)];
  const found = new Map<string, SourceFile>();
  for (let start = 0; start < wanted.length; start += PATHS_PER_REQUEST) {
    const body = JSON.stringify({ paths: wanted.slice(start, start + PATHS_PER_REQUEST), expand: false });
    const headers = { 'content-type': 'application/json' };
    const answer = await askApi(hub, { url: hub.endpoint.pathsInfo(commit), method: 'POST', headers, body, signal });
    for (const file of parseEntries(answer.json)) found.set(file.path, file);
  }
  return toListing(hub.endpoint.repoId, commit, wanted, found);
}

/** The found files in the order of the question; the Hub leaves out what it does not have, without an error. */
export function toListing(id: string, revision: string, wanted: readonly string[], found: ReadonlyMap<string, SourceFile>): SourceListing {
  const files = new Map<string, SourceFile>();
  const missing: string[] = [];
  for (const path of wanted) {
    const file = found.get(path);
    if (file === undefined) missing.push(path);
    else files.set(path, file);
  }
  return { id, revision, files, missing };
}

/**
 * Every file below a folder at one commit, page by page.
 *
 * @param folder without slashes at its ends; empty for the whole dataset
 * @throws SOURCE_WRONG_CONTENT when the pages go in a circle or lead to another host; PATH_REFUSED
 *   for a listed path that would leave the repository; the access errors
 */
export async function listTree(hub: HubConnection, commit: string, folder: string, signal: AbortSignal): Promise<SourceListing> {
  if (folder !== '') assertSafePath(folder);
  const files = new Map<string, SourceFile>();
  const seen = new Set<string>();
  for (let url: URL | undefined = hub.endpoint.tree(commit, folder); url !== undefined; ) {
    if (seen.has(url.href)) throw wrongListing('its pages go in a circle');
    seen.add(url.href);
    const answer: ApiAnswer = await askApi(hub, { url, signal });
    for (const file of parseEntries(answer.json)) {
      assertSafePath(file.path);
      files.set(file.path, file);
    }
    url = nextPage(hub, url, answer.header('link'));
  }
  return { id: hub.endpoint.repoId, revision: commit, files, missing: [] };
}

function nextPage(hub: HubConnection, current: URL, link: string | undefined): URL | undefined {
  const next = parseNextLink(link);
  if (next === undefined) return undefined;
  const parsed = URL.parse(next, current.href);
  if (parsed === null) throw wrongListing('its next page has no address');
  const url = hub.endpoint.rebase(parsed);
  if (url.origin !== hub.endpoint.url.origin) throw wrongListing(`its next page is on another host, ${url.host}`);
  return url;
}

/** The address of `Link: <address>; rel="next"`, among other links or alone (RFC 8288). */
export function parseNextLink(header: string | undefined): string | undefined {
  for (const match of (header ?? '').matchAll(/<([^>]*)>([^<]*)/g)) {
    if (/;\s*rel\s*=\s*"?next"?\s*(?:[;,]|$)/i.test(match[2] ?? '')) return match[1];
  }
  return undefined;
}
