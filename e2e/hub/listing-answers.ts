import type { IncomingMessage } from 'node:http';
import { type Exchange, answerJson, answerProblem } from './answer.ts';
import type { HubFault } from './faults.ts';
import { type Commit, type ListedEntry, listEntries, listFile } from './repository.ts';

export interface TreeQuestion {
  readonly commit: Commit;
  readonly folder: string;
  readonly pageSize: number;
  readonly fault: HubFault | undefined;
}

/** One page of a listing; `Link` names the next one by an absolute address, as the Hub does. */
export function answerTree(exchange: Exchange, question: TreeQuestion): void {
  const entries = listEntries(question.commit, question.folder);
  const start = Number(exchange.url.searchParams.get('cursor') ?? '0');
  const page = entries.slice(start, start + question.pageSize);
  const next = start + question.pageSize;
  const { fault } = question;
  if (fault?.kind === 'unknown-type') page.push({ type: 'bucket', path: 'a/bucket', oid: '0', size: 0 });
  const url = new URL(exchange.url);
  url.searchParams.set('cursor', String(fault?.kind === 'repeat-cursor' ? start : next));
  if (fault?.kind === 'foreign-next') url.host = new URL(fault.origin).host;
  const hasNext = next < entries.length || fault?.kind === 'repeat-cursor' || fault?.kind === 'foreign-next';
  answerJson(exchange, masked(page, fault), hasNext ? { link: `<${url.href}>; rel="next"` } : {});
}

const MAX_PATHS = 1000;

/** Facts about given paths, from a JSON body (the JS client, Larder) or a form (the Python client). */
export async function answerPathsInfo(exchange: Exchange, commit: Commit, fault: HubFault | undefined): Promise<void> {
  const paths = parsePaths(await readBody(exchange.request), exchange.request.headers['content-type'] ?? '');
  if (paths.length > MAX_PATHS) return answerProblem(exchange, { status: 413, message: 'Payload too large' });
  const entries = paths.flatMap((path) => {
    const file = commit.files.get(path);
    if (file !== undefined) return [listFile(file)];
    return listEntries(commit, '').filter((entry) => entry.type === 'directory' && entry.path === path);
  });
  answerJson(exchange, masked(entries, fault));
}

function masked(entries: readonly ListedEntry[], fault: HubFault | undefined): readonly ListedEntry[] {
  if (fault?.kind !== 'mask-digests') return entries;
  return entries.map((entry) => (entry.lfs === undefined ? entry : { ...entry, lfs: { ...entry.lfs, oid: '*'.repeat(64) } }));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function parsePaths(body: string, contentType: string): string[] {
  if (!contentType.includes('json')) return new URLSearchParams(body).getAll('paths');
  const { paths } = JSON.parse(body) as { paths?: unknown };
  return Array.isArray(paths) ? paths.filter((path) => typeof path === 'string') : [];
}
