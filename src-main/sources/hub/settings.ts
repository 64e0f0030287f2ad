import { readFile } from 'node:fs/promises';
import { dirname, join, parse, resolve } from 'node:path';
import { fileError, homeFolder } from '../../base/index.ts';
import { parseEndpoint } from './endpoint.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** What a config says; each wins over the environment. */
export interface HubSettingOverrides {
  readonly endpoint?: string;
  readonly token?: string;
  /** From the key store of the desktop: after a token of the environment, before the one of `hf auth login`. */
  readonly storedToken?: string;
  readonly hfCacheDirectories?: readonly string[];
  readonly offline?: boolean;
  /** `http://[user:password@]host:port`, for http and https alike; an empty text means no proxy at all. */
  readonly proxy?: string;
  /** PEM file with further certificate authorities. */
  readonly caFile?: string;
}

export interface ProxySettings {
  readonly http: string;
  readonly https: string;
  /** Comma-separated hosts that are reached directly. */
  readonly none: string;
}

export interface HubSettings {
  readonly endpoint: URL;
  readonly token?: string;
  /** Where the token came from, in words for the user; the token itself is never shown. */
  readonly tokenOrigin?: string;
  readonly hfCacheDirectories: readonly string[];
  readonly offline: boolean;
  readonly proxy: ProxySettings;
  readonly caFile?: string;
  /** Things worth telling once, before the first request. */
  readonly warnings: readonly string[];
}

/** `constants.py` of huggingface_hub, ENV_VARS_TRUE_VALUES. */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && ['1', 'ON', 'YES', 'TRUE'].includes(value.toUpperCase());
}

/**
 * Hub settings as Hugging Face's own tools would find them, the user's settings first.
 *
 * Order and defaults are those of huggingface_hub `constants.py` and `utils/_auth.py`; a token
 * found in the environment or a file is left out when `HF_HUB_DISABLE_IMPLICIT_TOKEN` is set.
 *
 * @throws CONFIG_INVALID for an endpoint that is no address or would send the token in clear text;
 *   PERMISSION_DENIED or IO_FAILED for a token file that exists but cannot be read
 */
export async function resolveHubSettings(environment: Environment, overrides: HubSettingOverrides = {}): Promise<HubSettings> {
  const warnings: string[] = [];
  const endpoint = parseEndpoint(overrides.endpoint ?? environment['HF_ENDPOINT']);
  const found = sendable(await findToken(environment, overrides, warnings), warnings);
  if (found !== undefined && endpoint.hostname !== 'huggingface.co') {
    warnings.push(`The Hugging Face token (${found.origin}) is sent to ${endpoint.host}, the configured endpoint.`);
  }
  if (overrides.proxy === undefined && /^socks/i.test(variableOf(environment, 'ALL_PROXY'))) {
    warnings.push('ALL_PROXY names a SOCKS proxy, which is not used; name an http: proxy in HTTPS_PROXY.');
  }
  // Python's tools read the other two; whoever has set them up has one behind a company proxy.
  const caFile = overrides.caFile ?? nonEmpty(environment['NODE_EXTRA_CA_CERTS']) ?? nonEmpty(environment['SSL_CERT_FILE']) ?? nonEmpty(environment['REQUESTS_CA_BUNDLE']);
  return {
    endpoint,
    ...(found === undefined ? {} : { token: found.token, tokenOrigin: found.origin }),
    hfCacheDirectories: overrides.hfCacheDirectories ?? [hubCacheDirectory(environment)],
    offline: overrides.offline ?? isTrue(environment['HF_HUB_OFFLINE'] || environment['TRANSFORMERS_OFFLINE']),
    proxy: resolveProxy(environment, overrides.proxy),
    ...(caFile === undefined ? {} : { caFile }),
    warnings,
  };
}

/** `$HF_HOME`, by default `$XDG_CACHE_HOME/huggingface` or `~/.cache/huggingface` on every system. */
export function hfHomeDirectory(environment: Environment): string {
  const home = nonEmpty(environment['HF_HOME']);
  if (home !== undefined) return expandPath(home, environment);
  const cache = nonEmpty(environment['XDG_CACHE_HOME']);
  return join(cache === undefined ? join(homeOf(environment), '.cache') : expandPath(cache, environment), 'huggingface');
}

/** `$HF_HUB_CACHE`, by default `$HF_HOME/hub`. */
export function hubCacheDirectory(environment: Environment): string {
  const cache = nonEmpty(environment['HF_HUB_CACHE']) ?? nonEmpty(environment['HUGGINGFACE_HUB_CACHE']);
  return cache === undefined ? join(hfHomeDirectory(environment), 'hub') : expandPath(cache, environment);
}

interface FoundToken {
  readonly token: string;
  readonly origin: string;
}

/** A token that cannot stand in a header would fail every request, as if nobody answered. */
function sendable(found: FoundToken | undefined, warnings: string[]): FoundToken | undefined {
  if (found === undefined || /^[\u0021-\u007E]+$/.test(found.token)) return found;
  warnings.push(`The Hugging Face token (${found.origin}) has characters in it that no token has, and is not sent. Copy it again.`);
  return undefined;
}

async function findToken(environment: Environment, overrides: HubSettingOverrides, warnings: string[]): Promise<FoundToken | undefined> {
  const own = cleanToken(overrides.token);
  if (own !== undefined) return { token: own, origin: 'config' };
  const isImplicit = !isTrue(environment['HF_HUB_DISABLE_IMPLICIT_TOKEN']);
  for (const name of isImplicit ? ['HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN'] : []) {
    const token = cleanToken(environment[name]);
    if (token !== undefined) return { token, origin: name };
  }
  const stored = cleanToken(overrides.storedToken);
  if (stored !== undefined) return { token: stored, origin: 'key store' };
  return isImplicit ? readTokenFile(environment, warnings) : undefined;
}

async function readTokenFile(environment: Environment, warnings: string[]): Promise<FoundToken | undefined> {
  const custom = nonEmpty(environment['HF_TOKEN_PATH']);
  const path = custom === undefined ? join(hfHomeDirectory(environment), 'token') : expandPath(custom, environment);
  const token = cleanToken(await readIfPresent(path));
  if (token === undefined) return undefined;
  const stored = await readIfPresent(join(dirname(path), 'stored_tokens'));
  const expiresAt = stored === undefined ? undefined : expiryOf(stored, token);
  if (expiresAt !== undefined && expiresAt * 1000 <= Date.now()) {
    warnings.push(`The token in ${path} expired at ${new Date(expiresAt * 1000).toISOString()}; sign in again with \`hf auth login\`.`);
  }
  return { token, origin: path };
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw fileError(error, path, 'reading the Hugging Face token file');
  }
}

/**
 * `expires_at` (Unix seconds) of the section of `stored_tokens` whose `hf_token` is this token.
 * Only read: refreshing would rotate the token under the Python tools and could sign them out.
 */
function expiryOf(ini: string, token: string): number | undefined {
  for (const section of ini.split(/^\[.*\]\s*$/m)) {
    const fields = new Map(section.split(/\r?\n/).map((line) => splitField(line)));
    if (fields.get('hf_token') !== token) continue;
    const expires = Number(fields.get('expires_at') ?? Number.NaN);
    if (Number.isFinite(expires)) return expires;
  }
  return undefined;
}

function splitField(line: string): [string, string] {
  const at = line.search(/[=:]/);
  return at < 0 ? [line.trim(), ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}

function cleanToken(text: string | undefined): string | undefined {
  return nonEmpty(text?.replaceAll(/[\r\n]/g, '').trim());
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text === '' ? undefined : text;
}

function homeOf(environment: Environment): string {
  return nonEmpty(environment['HOME']) ?? nonEmpty(environment['USERPROFILE']) ?? homeFolder() ?? parse(resolve('.')).root;
}

/** `~` and `$NAME` or `${NAME}`, as Python's `expanduser` and `expandvars`; unknown names stay as they are. */
function expandPath(path: string, environment: Environment): string {
  const user = /^~(?=$|[/\\])/.test(path) ? homeOf(environment) + path.slice(1) : path;
  return resolve(user.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (all, braced?: string, bare?: string) => environment[braced ?? bare ?? ''] ?? all));
}

function resolveProxy(environment: Environment, own: string | undefined): ProxySettings {
  const variable = (name: string): string => variableOf(environment, name);
  const all = variable('ALL_PROXY');
  const fallback = /^https?:/i.test(all) ? all : '';
  const none = variable('NO_PROXY');
  if (own !== undefined) return { http: own, https: own, none };
  return { http: variable('HTTP_PROXY') || fallback, https: variable('HTTPS_PROXY') || fallback, none };
}

/** Lower case wins, as in curl and Python. */
function variableOf(environment: Environment, name: string): string {
  return environment[name.toLowerCase()] ?? environment[name] ?? '';
}
