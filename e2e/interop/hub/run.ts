import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { lstat, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createHubSource, resolveHubSettings } from '../../../src-main/sources/index.ts';
import { type DoubleFile, type HubDouble, createHubDouble, requestLine } from '../../hub/index.ts';
import { type PythonClient, createPythonClient } from './python-client.ts';

const TOKEN = 'hf_test';
const LARGE = 'dataset/train/train_1_a_1.nii.gz';
const ODD = 'dataset/valid/a b+c%#1.nii.gz';
const SMALL = 'README.md';
const CACHED = 'lists/train.csv';

/** Every stored form, an awkward path, and two files of equal content. */
function sampleFiles(): DoubleFile[] {
  const large = createHash('shake256', { outputLength: 3_000_000 }).update('large').digest();
  const odd = createHash('shake256', { outputLength: 70_001 }).update('odd').digest();
  return [
    { path: LARGE, content: large },
    { path: ODD, content: odd },
    { path: 'dataset/valid/same.nii.gz', content: odd },
    { path: SMALL, content: Buffer.from('# Volumes\n'), storedAs: 'git' },
    { path: CACHED, content: Buffer.from('name\ntrain_1_a_1\n'), storedAs: 'git-cached' },
  ];
}

interface Proof {
  readonly double: HubDouble;
  readonly python: PythonClient;
  readonly files: readonly DoubleFile[];
  readonly hfHome: string;
  readonly scratch: string;
  /** Over all checks. */
  readonly seen: { storageRequests: number; storageTokens: number };
}

interface Check {
  readonly name: string;
  run(proof: Proof): Promise<void>;
}

/** Requests since the last look, without the query. */
function takeRequests(proof: Proof): string[] {
  const lines = proof.double.requests.map(requestLine);
  const storage = proof.double.requests.filter((entry) => entry.listener === 'storage');
  proof.seen.storageRequests += storage.length;
  proof.seen.storageTokens += storage.filter((entry) => entry.hasAuthorization).length;
  proof.double.clearRequests();
  return lines;
}

function resolveUrl(proof: Proof, revision: string, path: string): string {
  return `/datasets/${proof.double.repoId}/resolve/${revision}/${path.split('/').map(encodeURIComponent).join('/')}`;
}

function contentOf(proof: Proof, path: string): Uint8Array {
  const content = proof.files.find((file) => file.path === path)?.content;
  if (!(content instanceof Uint8Array)) throw new Error(`${path} is not a sample`);
  return content;
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function bridge(proof: Proof, path: string): string {
  return `/xet-bridge/${sha256Of(contentOf(proof, path))}`;
}

const CHECKS: readonly Check[] = [
  {
    name: 'hf_hub_download of a stored file: HEAD Hub, GET storage, right bytes',
    run: async (proof) => {
      const answer = await proof.python.step('download', proof.double.repoId, LARGE);
      strictEqual(answer['sha256'], sha256Of(contentOf(proof, LARGE)));
      deepStrictEqual(takeRequests(proof), [`HEAD hub ${resolveUrl(proof, 'main', LARGE)}`, `GET storage ${bridge(proof, LARGE)}`]);
    },
  },
  {
    name: 'hf_hub_download of a git file: HEAD and GET Hub, right bytes',
    run: async (proof) => {
      const answer = await proof.python.step('download', proof.double.repoId, SMALL);
      strictEqual(answer['sha256'], sha256Of(contentOf(proof, SMALL)));
      const url = resolveUrl(proof, 'main', SMALL);
      deepStrictEqual(takeRequests(proof), [`HEAD hub ${url}`, `GET hub ${url}`]);
    },
  },
  {
    name: 'hf_hub_download of a git file behind /api/resolve-cache, right bytes',
    run: async (proof) => {
      const answer = await proof.python.step('download', proof.double.repoId, CACHED);
      strictEqual(answer['sha256'], sha256Of(contentOf(proof, CACHED)));
      const cached = `/api/resolve-cache/datasets/${proof.double.repoId}/${proof.double.commit}/${CACHED}`;
      ok(takeRequests(proof).includes(`GET hub ${cached}`));
    },
  },
  {
    name: 'hf_hub_download of a path with every awkward character',
    run: async (proof) => {
      const answer = await proof.python.step('download', proof.double.repoId, ODD);
      strictEqual(answer['sha256'], sha256Of(contentOf(proof, ODD)));
      deepStrictEqual(takeRequests(proof)[0], `HEAD hub ${resolveUrl(proof, 'main', ODD)}`);
    },
  },
  {
    name: 'hf_hub_download, pinned and cached: no request',
    run: async (proof) => {
      await proof.python.step('download', proof.double.repoId, LARGE, proof.double.commit);
      deepStrictEqual(takeRequests(proof), []);
    },
  },
  {
    name: 'get_paths_info (form body): the same facts as Larder reads (JSON body), unknown path left out',
    run: async (proof) => {
      const answer = await proof.python.step('paths-info', proof.double.repoId, LARGE, SMALL, 'no/such/file');
      deepStrictEqual(takeRequests(proof), [`POST hub /api/datasets/${proof.double.repoId}/paths-info/main`]);
      const listing = await withLarder(proof, {}, (source) => source.list([LARGE, SMALL, 'no/such/file'], new AbortController().signal));
      const files = answer['files'] as Record<string, { size: number; blob_id: string; sha256: string | null }>;
      deepStrictEqual(Object.keys(files).sort(), [...listing.files.keys()].sort());
      for (const [path, file] of listing.files) {
        strictEqual(file.sizeBytes, files[path]?.size);
        strictEqual(file.digest.hex, file.digest.algorithm === 'sha256' ? files[path]?.sha256 : files[path]?.blob_id);
      }
      deepStrictEqual(listing.missing, ['no/such/file']);
    },
  },
  {
    name: 'list_repo_tree follows the pages',
    run: async (proof) => {
      const answer = await proof.python.step('tree', proof.double.repoId);
      const paths = proof.files.map((file) => file.path);
      deepStrictEqual((answer['paths'] as string[]).filter((path) => paths.includes(path)).sort(), paths.toSorted());
      const tree = `GET hub /api/datasets/${proof.double.repoId}/tree/main`;
      deepStrictEqual(takeRequests(proof), [tree, tree, tree]);
    },
  },
  {
    name: 'auth_check and whoami',
    run: async (proof) => {
      deepStrictEqual(await proof.python.step('access', proof.double.repoId), { user: 'tester' });
      deepStrictEqual(takeRequests(proof), [`GET hub /api/datasets/${proof.double.repoId}/auth-check`, 'GET hub /api/whoami-v2']);
    },
  },
  {
    name: 'hf download --dry-run: revision, tree, HEAD per file that is not cached',
    run: async (proof) => {
      const { exitCode, output } = await proof.python.hf('download', proof.double.repoId, '--repo-type', 'dataset', '--dry-run');
      strictEqual(exitCode, 0, output);
      const lines = datasetRequests(proof);
      strictEqual(lines[0], `GET hub /api/datasets/${proof.double.repoId}/revision/main`);
      ok(lines.includes(`GET hub /api/datasets/${proof.double.repoId}/tree/${proof.double.commit}`), lines.join('\n'));
      deepStrictEqual(lines.filter((line) => line.startsWith('HEAD')), [`HEAD hub ${resolveUrl(proof, proof.double.commit, 'dataset/valid/same.nii.gz')}`]);
      ok(!lines.some((line) => line.startsWith('GET storage')), lines.join('\n'));
    },
  },
  {
    name: 'snapshot_download: revision, tree pages, then HEAD and GET per missing file; right bytes',
    run: async (proof) => {
      await rm(join(proof.hfHome, 'hub'), { recursive: true, force: true });
      const answer = await proof.python.step('snapshot', proof.double.repoId);
      for (const file of proof.files) deepStrictEqual(await readFile(join(String(answer['folder']), file.path)), Buffer.from(contentOf(proof, file.path)));
      const lines = datasetRequests(proof);
      const tree = `GET hub /api/datasets/${proof.double.repoId}/tree/${proof.double.commit}`;
      deepStrictEqual(lines.slice(0, 4), [`GET hub /api/datasets/${proof.double.repoId}/revision/main`, tree, tree, tree]);
      ok(lines.includes(`HEAD hub ${resolveUrl(proof, proof.double.commit, LARGE)}`) && lines.includes(`GET storage ${bridge(proof, LARGE)}`));
    },
  },
  {
    name: 'hf cache verify: tree only, everything checked',
    run: async (proof) => {
      const { exitCode, output } = await proof.python.hf('cache', 'verify', proof.double.repoId, '--repo-type', 'dataset');
      strictEqual(exitCode, 0, output);
      const tree = /^GET hub \/api\/datasets\/larder\/volumes\/(?:tree|revision)\//;
      ok(datasetRequests(proof).every((line) => tree.test(line)));
    },
  },
  {
    name: "Larder uses Python's cache in place: listed offline, verified, nothing downloaded, nothing written to it",
    run: async (proof) => {
      const cache = join(proof.hfHome, 'hub');
      const before = await describeFolder(cache);
      const { signal } = new AbortController();
      await withLarder(proof, { offline: true, hfCacheDirectories: [cache] }, async (source) => {
        const listing = await source.list(proof.files.map((file) => file.path), signal);
        strictEqual(listing.revision, proof.double.commit);
        strictEqual(listing.files.size, proof.files.length);
        for (const file of listing.files.values()) {
          const fetched = await source.fetch(file, { directory: join(proof.scratch, 'raw'), signal });
          deepStrictEqual({ owned: fetched.owned, bytes: fetched.bytesDownloaded }, { owned: false, bytes: 0 });
          ok(fetched.path.startsWith(cache));
          deepStrictEqual(await readFile(fetched.path), Buffer.from(contentOf(proof, file.path)));
        }
      });
      deepStrictEqual(takeRequests(proof), []);
      deepStrictEqual(await describeFolder(cache), before);
    },
  },
  {
    name: 'a 429 with RateLimit headers is waited out by the client',
    run: async (proof) => {
      await rm(join(proof.hfHome, 'hub'), { recursive: true, force: true });
      proof.double.failHub(LARGE, { attempts: [{ kind: 'status', status: 429, headers: { ratelimit: '"resolvers";r=0;t=1' } }] });
      const answer = await proof.python.step('download', proof.double.repoId, LARGE);
      strictEqual(answer['sha256'], sha256Of(contentOf(proof, LARGE)));
      proof.double.clearFaults();
    },
  },
  {
    name: 'refusals are the typed errors of the client: gated, missing entry, missing revision, missing dataset, disabled',
    run: async (proof) => {
      const { double, python } = proof;
      double.setAccess({ kind: 'gated', mode: 'auto', granted: [] });
      deepStrictEqual(await python.step('access', double.repoId), { error: 'GatedRepoError' });
      double.setAccess({ kind: 'disabled' });
      deepStrictEqual(await python.step('access', double.repoId), { error: 'DisabledRepoError' });
      double.setAccess({ kind: 'open' });
      ok(['EntryNotFoundError', 'RemoteEntryNotFoundError'].includes(String((await python.step('download', double.repoId, 'no/such/file'))['error'])));
      deepStrictEqual(await python.step('download', double.repoId, SMALL, 'no-such-branch'), { error: 'RevisionNotFoundError' });
      deepStrictEqual(await python.step('paths-info', 'no/such', SMALL), { error: 'RepositoryNotFoundError' });
    },
  },
  {
    name: 'no request on the storage listener ever carried the token',
    run: async (proof) => {
      ok(proof.seen.storageRequests > 0);
      strictEqual(proof.seen.storageTokens, 0);
    },
  },
];

/** Every name below a folder with its size and time of change. */
async function describeFolder(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  const describe = async (name: string): Promise<string> => {
    const stats = await lstat(join(folder, name));
    return `${name} ${stats.size} ${stats.mtimeMs}`;
  };
  return Promise.all(names.map(describe));
}

/** The `hf` command asks a housekeeping question or two of its own; only the dataset's requests count. */
function datasetRequests(proof: Proof): string[] {
  return takeRequests(proof).filter((line) => line.includes('/datasets/') || line.includes('storage'));
}

async function withLarder<T>(proof: Proof, overrides: { offline?: boolean; hfCacheDirectories?: string[] }, work: (source: ReturnType<typeof createHubSource>) => Promise<T>): Promise<T> {
  const settings = await resolveHubSettings({}, { endpoint: proof.double.endpoint, token: TOKEN, hfCacheDirectories: [], ...overrides });
  const source = createHubSource({ settings, repoId: proof.double.repoId });
  try {
    return await work(source);
  } finally {
    await source.close();
  }
}

/**
 * Runs the real Python client against the double and compares what it asks for and what it gets.
 *
 * @param python interpreter with huggingface_hub installed; the `hf` command lies beside it
 * @param print takes one line per check
 * @returns number of failed checks
 */
export async function proveHubDouble(python: string, print: (line: string) => void): Promise<number> {
  const scratch = await mkdtemp(join(tmpdir(), 'larder-interop-hub-'));
  const files = sampleFiles();
  const double = await createHubDouble({ files, pageSize: 4 });
  const hfHome = join(scratch, 'hf');
  const proof: Proof = { double, files, hfHome, scratch, seen: { storageRequests: 0, storageTokens: 0 }, python: createPythonClient({ python, endpoint: double.endpoint, hfHome, token: TOKEN }) };
  try {
    print(`huggingface_hub ${String((await proof.python.step('version'))['version'])}`);
    double.clearRequests();
    let failed = 0;
    for (const check of CHECKS) failed += (await passes(check, proof, print)) ? 0 : 1;
    return failed;
  } finally {
    await double.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function passes(check: Check, proof: Proof, print: (line: string) => void): Promise<boolean> {
  try {
    await check.run(proof);
    print(`ok    ${check.name}`);
    return true;
  } catch (error) {
    print(`FAIL  ${check.name}: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  } finally {
    takeRequests(proof);
    proof.double.clearFaults();
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { python: { type: 'string', default: 'python3' } } });
  process.exitCode = (await proveHubDouble(values.python, (line) => console.log(line))) === 0 ? 0 : 1;
}
