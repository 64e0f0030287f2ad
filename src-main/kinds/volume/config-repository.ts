import type { ConfigProblems } from '../config/index.ts';
import type { ConfigSection } from '../config/index.ts';

/** Where raw volumes are downloaded from. */
export interface RepositorySettings {
  /** Dataset on the Hub, `owner/name`. */
  readonly repoId: string;
  /** Branch, tag or commit. */
  readonly revision?: string;
  /** Base address of the Hub, without a slash at the end. */
  readonly endpoint?: string;
  readonly token?: string;
  /** Absolute. The Hugging Face cache whose files may be reused. */
  readonly cacheDirectory?: string;
  readonly maxWorkers?: number;
}

export const DOWNLOAD_KEYS = {
  required: [],
  optional: ['repo_id', 'max_workers', 'hf_token', 'hf_cache_dir', 'revision', 'endpoint'],
} as const;

const MAX_WORKERS = 256;

/** Reads `downloads`; undefined without a usable `repo_id`. Paths are returned as they are typed. */
export function readRepository(section: ConfigSection | undefined, problems: ConfigProblems): RepositorySettings | undefined {
  if (section === undefined) return undefined;
  const settings = {
    token: readToken(section, problems),
    revision: section.text('revision', 'a branch, tag or commit'),
    endpoint: readEndpoint(section),
    cacheDirectory: section.text('hf_cache_dir', 'a directory'),
    maxWorkers: readMaxWorkers(section),
  };
  const repoId = readRepoId(section);
  return repoId === undefined ? undefined : { repoId, ...withoutUndefined(settings) };
}

function readRepoId(section: ConfigSection): string | undefined {
  const allowed = 'the name of a dataset on the Hub, as in ibrahimhamamci/CT-RATE';
  if (section.find('repo_id') === undefined) {
    section.warning('repo_id', 'is missing: nothing can be downloaded', allowed);
    return undefined;
  }
  const repoId = section.text('repo_id', allowed);
  if (repoId === undefined) return undefined;
  const isValid = /^(?:[\w.-]{1,96}\/)?[\w.-]{1,96}$/.test(repoId) && !/\.\.|--|(?:^|\/)[.-]|[.-](?:$|\/)|\.git$/.test(repoId);
  if (isValid) return repoId;
  section.error('repo_id', `"${repoId.slice(0, 100)}" is not the name of a dataset`, allowed);
  return undefined;
}

/** The token itself must never be shown, so nothing about it but its absence is. */
function readToken(section: ConfigSection, problems: ConfigProblems): string | undefined {
  const node = section.find('hf_token');
  if (node === undefined || node.kind === 'null') return undefined;
  const allowed = 'a text, best given as ${HF_TOKEN}';
  if (node.kind !== 'str') {
    section.error('hf_token', 'is not a text', allowed);
    return undefined;
  }
  problems.addSecret(node.value);
  if (/^[\u0021-\u007e]+$/.test(node.value) || node.value === '') return node.value || undefined;
  section.error('hf_token', 'holds characters no token has (spaces, line breaks, letters with accents)', allowed);
  return undefined;
}

function readEndpoint(section: ConfigSection): string | undefined {
  const allowed = 'an http or https address, as in https://huggingface.co';
  const endpoint = section.text('endpoint', allowed);
  if (endpoint === undefined) return undefined;
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  const isPlain = url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
  if (isPlain && url.search === '' && url.hash === '') return endpoint.replace(/\/+$/, '');
  // The address is not repeated: it may hold a password.
  section.error('endpoint', 'is not a plain web address', allowed);
  return undefined;
}

function readMaxWorkers(section: ConfigSection): number | undefined {
  const node = section.find('max_workers');
  if (node === undefined || node.kind === 'null') return undefined;
  const count = node.kind === 'int' ? Number(node.value) : Number.NaN;
  if (count >= 1 && count <= MAX_WORKERS) return count;
  section.error('max_workers', 'is not a number of parallel downloads', `a whole number from 1 to ${MAX_WORKERS}`);
  return undefined;
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
