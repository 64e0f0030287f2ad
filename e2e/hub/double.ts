import { type IncomingMessage, type RequestListener, type Server, type ServerResponse, createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Access, DoubleAccount } from './access.ts';
import { type Exchange, answerProblem } from './answer.ts';
import { FaultBook, type FaultScript, type HubFault, type StorageFault } from './faults.ts';
import { type HubState, answerElsewhere, answerHub } from './hub-listener.ts';
import { type Quota, QuotaCounter } from './quota.ts';
import { type DoubleFile, storeCommit } from './repository.ts';
import type { LoggedRequest } from './request-log.ts';
import { type StorageState, answerStorage } from './storage-listener.ts';

export interface HubDoubleOptions {
  /** `namespace/name`; `larder/volumes` by default. */
  readonly repoId?: string;
  readonly files: readonly DoubleFile[];
  readonly branch?: string;
  readonly access?: Access;
  /** Accounts by token; every token is accepted when absent. */
  readonly accounts?: Readonly<Record<string, DoubleAccount>>;
  readonly formerIds?: readonly string[];
  /** Entries per page of a listing; 1,000 as on the Hub by default. */
  readonly pageSize?: number;
  /** Counted request limits, by class; none by default. */
  readonly quotas?: { readonly api?: Quota; readonly resolvers?: Quota };
  /** How long a signed link is good for; an hour by default. */
  readonly linkSeconds?: number;
  readonly bytesPerSecond?: number;
  /** PEM texts; both listeners speak https then. */
  readonly tls?: { readonly key: string; readonly cert: string };
  readonly hubPort?: number;
  readonly storagePort?: number;
}

export interface HubDouble {
  /** What `HF_ENDPOINT` has to be. */
  readonly endpoint: string;
  readonly storageOrigin: string;
  /** A host of somebody else, the target of redirects that lead away. */
  readonly elsewhereOrigin: string;
  readonly repoId: string;
  /** Head of the branch. */
  readonly commit: string;
  readonly requests: readonly LoggedRequest[];
  clearRequests(): void;
  /** Bytes of all bodies the storage sent. */
  storageBytes(): number;
  /** Faults of `/resolve/` by file path, of the API by question: `revision`, `tree`, `paths-info`, `auth-check`. */
  failHub(name: string, script: FaultScript<HubFault>): void;
  failStorage(path: string, script: FaultScript<StorageFault>): void;
  clearFaults(): void;
  setAccess(access: Access): void;
  /** Of every answer of the storage, those under way too. */
  setBytesPerSecond(bytesPerSecond: number): void;
  setLinkSeconds(seconds: number): void;
  /** Makes a new head; earlier commits stay readable. Returns its name. */
  publish(files: readonly DoubleFile[]): Promise<string>;
  close(): Promise<void>;
}

/**
 * A Hugging Face Hub with one dataset, on this machine: what its clients ask for, answered as the
 * Hub answers it, and every way it can go wrong on request. The Hub listens as `127.0.0.1`, the
 * storage as `localhost`: Python tells hosts apart by name alone.
 */
export async function createHubDouble(options: HubDoubleOptions): Promise<HubDouble> {
  const branch = options.branch ?? 'main';
  const state = createState(options);
  const requests: LoggedRequest[] = [];
  const publish = async (files: readonly DoubleFile[]): Promise<string> => {
    const commit = await storeCommit(files);
    state.commits.set(commit.sha, commit);
    state.branches.set(branch, commit.sha);
    return commit.sha;
  };
  await publish(options.files);
  const hub = createListener(options, logged('hub', requests, (exchange) => answerHub(exchange, state)));
  const storage = createListener(options, logged('storage', requests, (exchange) => answerStorage(exchange, state.storage, state.elsewhereOrigin)));
  const elsewhere = createListener(options, logged('elsewhere', requests, (exchange) => answerElsewhere(exchange, state)));
  const scheme = options.tls === undefined ? 'http' : 'https';
  state.hubOrigin = `${scheme}://127.0.0.1:${await listen(hub, options.hubPort)}`;
  state.storageOrigin = `${scheme}://localhost:${await listen(storage, options.storagePort)}`;
  state.elsewhereOrigin = `${scheme}://localhost:${await listen(elsewhere)}`;
  return {
    endpoint: state.hubOrigin,
    storageOrigin: state.storageOrigin,
    elsewhereOrigin: state.elsewhereOrigin,
    repoId: state.repoId,
    get commit() {
      return state.branches.get(branch) ?? '';
    },
    requests,
    clearRequests: () => void requests.splice(0),
    storageBytes: () => requests.filter((entry) => entry.listener === 'storage').reduce((sum, entry) => sum + entry.bytesSent, 0),
    failHub: (name, script) => state.faults.set(name, script),
    failStorage: (path, script) => state.storage.faults.set(path, script),
    clearFaults: () => {
      state.faults.clear();
      state.storage.faults.clear();
    },
    setAccess: (access) => {
      state.access = access;
    },
    setBytesPerSecond: (bytesPerSecond) => {
      state.storage.bytesPerSecond = bytesPerSecond;
    },
    setLinkSeconds: (seconds) => {
      state.storage.linkSeconds = seconds;
    },
    publish,
    close: async () => {
      await Promise.all([close(hub), close(storage), close(elsewhere)]);
    },
  };
}

function createState(options: HubDoubleOptions): HubState {
  const { api, resolvers } = options.quotas ?? {};
  const storage: StorageState = {
    faults: new FaultBook(),
    linkSeconds: options.linkSeconds ?? 3600,
    bytesPerSecond: options.bytesPerSecond ?? Number.POSITIVE_INFINITY,
    links: new Map(),
  };
  return {
    repoId: options.repoId ?? 'larder/volumes',
    formerIds: options.formerIds ?? [],
    access: options.access ?? { kind: 'open' },
    accounts: options.accounts,
    commits: new Map(),
    branches: new Map(),
    pageSize: options.pageSize ?? 1000,
    faults: new FaultBook(),
    quotas: {
      ...(api === undefined ? {} : { api: new QuotaCounter('api', api) }),
      ...(resolvers === undefined ? {} : { resolvers: new QuotaCounter('resolvers', resolvers) }),
    },
    storage,
    hubOrigin: '',
    storageOrigin: '',
    elsewhereOrigin: '',
  };
}

function createListener(options: HubDoubleOptions, handler: RequestListener): Server {
  return options.tls === undefined ? createServer(handler) : createTlsServer({ key: options.tls.key, cert: options.tls.cert }, handler);
}

function logged(listener: LoggedRequest['listener'], requests: LoggedRequest[], answer: (exchange: Exchange) => Promise<void>): RequestListener {
  return (request, response) => {
    const exchange = toExchange(listener, request, response);
    requests.push(exchange.log);
    answer(exchange).catch((error: unknown) => {
      // A request the double cannot read must be seen in the client's test, not end the process.
      if (response.headersSent) response.destroy();
      else answerProblem(exchange, { status: 400, message: error instanceof Error ? error.message : String(error) });
    });
  };
}

function toExchange(listener: LoggedRequest['listener'], request: IncomingMessage, response: ServerResponse): Exchange {
  const scheme = 'encrypted' in request.socket ? 'https' : 'http';
  const url = new URL(request.url ?? '/', `${scheme}://${request.headers.host ?? 'localhost'}`);
  const { headers } = request;
  const log: LoggedRequest = {
    listener,
    method: request.method ?? '',
    path: url.pathname,
    range: headers.range,
    hasAuthorization: headers.authorization !== undefined,
    head: [request.url ?? '', ...request.rawHeaders].join('\n'),
    userAgent: headers['user-agent'] ?? '',
    atMs: Date.now(),
    status: 0,
    bytesSent: 0,
  };
  return { request, response, url, log };
}

function listen(server: Server, port = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
