import { request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { mkdir, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { PICTURE_ROUTES } from '../../src-main/engine/bridge/data-routes.ts';
import { DOCUMENT_ROUTES } from '../../src-main/engine/bridge/document-routes.ts';
import { demoEnvironment } from '../demo/run-command.ts';
import type { ServedLarder } from './serve.ts';
import { serve } from './serve.ts';

/** The rest of a config whose paths are tried. */
const PROCESSING = `downloads:
  repo_id: "someone/something"
image_processing:
  target_spacing: [0.75, 0.75, 1.5]
  target_shape_dhw: [24, 32, 32]
  clip_hu_min: -1000
  clip_hu_max: 1000
  orientation_axcodes: "LPS"
  scale_b_min: -1.0
  scale_b_max: 1.0
`;

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let folder: string;
let served: ServedLarder;
/** The cookie that the one token was exchanged for. */
let cookie: string;

/** A request as an attacker can make it: any path as it is, any header. */
function ask(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port: served.port, path, method, headers: { host: `127.0.0.1:${served.port}`, ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') }));
    });
    sent.on('error', reject);
    sent.end();
  });
}

/** Bytes straight onto the connection, for what no client would send. */
function askRaw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(served.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
    socket.setTimeout(3_000, () => socket.destroy());
  });
}

/** @returns `open`, or the status the upgrade was refused with */
function knock(headers: Readonly<Record<string, string>>, path = '/_socket'): Promise<'open' | number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.port}${path}`, { headers });
    socket.on('open', () => {
      socket.terminate();
      resolve('open');
    });
    socket.on('unexpected-response', (_request, response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    socket.on('error', reject);
  });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-access-'));
  for (const name of ['open/inner', 'secret/inner']) await mkdir(join(folder, name), { recursive: true });
  await symlink(join(folder, 'secret'), join(folder, 'open/out'));
  await symlink(join(folder, 'secret/new'), join(folder, 'open/nowhere'));
  served = await serve(demoEnvironment(process.env, { data: join(folder, 'data'), hfHome: join(folder, 'hf') }), folder, ['--root', join(folder, 'open')]);
});
afterAll(async () => {
  expect(await served.stop()).toBe(0);
  expect(served.said.filter((line) => line.includes('fault'))).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

describe('the way in', () => {
  it('listens on loopback with a token of 128 bits', () => {
    expect(served.origin).toBe(`http://127.0.0.1:${served.port}`);
    const token = new URL(served.url).searchParams.get('token')!;
    expect(Buffer.from(token, 'base64url')).toHaveLength(16);
  });

  it('refuses everything before the token was exchanged', async () => {
    for (const path of ['/', '/index.html', '/assets/x.js', '/_socket', '/?token=', '/?token=AAAAAAAAAAAAAAAAAAAAAA']) expect((await ask(path)).status, path).toBeGreaterThanOrEqual(401);
  });

  it('does not take the token by another method, on another path or under another name of this server', async () => {
    const { search } = new URL(served.url);
    expect((await ask(`/${search}`, {}, 'HEAD')).status).toBe(401);
    expect((await ask(`/${search}`, {}, 'POST')).status).toBe(401);
    expect((await ask(`/index.html${search}`)).status).toBe(401);
    expect((await ask(`/${search}`, { host: `larder.example:${served.port}` })).status).toBe(403);
  });

  it('exchanges it once, for a cookie scripts cannot read, and goes on without it in the address', async () => {
    const { pathname, search } = new URL(served.url);
    const first = await ask(`${pathname}${search}`);
    expect(first.status).toBe(200);
    expect(first.body).toContain('content="0;url=/"');
    expect(first.body).not.toContain(search.slice('?token='.length));
    const [setCookie] = first.headers['set-cookie']!;
    expect(setCookie).toMatch(/^larder-[0-9a-f]{8}=[\w-]{43}; HttpOnly; SameSite=Strict; Path=\/$/);
    cookie = setCookie!.split(';')[0]!;
    const second = await ask(`${pathname}${search}`);
    expect(second.status).toBe(403);
    expect(second.headers['set-cookie']).toBeUndefined();
    // Whoever is in already may come by the same link again, and gets nothing new.
    const again = await ask(`${pathname}${search}`, { cookie });
    expect(again.status).toBe(200);
    expect(again.headers['set-cookie']).toBeUndefined();
  });

  it('gives the page at once to whoever comes by the address bar, and its entrance to whoever comes from another page', async () => {
    const { pathname, search } = new URL(served.url);
    const typed = await ask(`${pathname}${search}`, { cookie, 'sec-fetch-site': 'none' });
    expect(typed.status).toBe(200);
    expect(typed.body).toBe((await ask('/', { cookie })).body);
    for (const site of ['cross-site', 'same-site']) expect((await ask(`${pathname}${search}`, { cookie, 'sec-fetch-site': site })).body, site).toContain('content="0;url=/"');
    // Without the cookie the token is used up, wherever one comes from.
    expect((await ask(`${pathname}${search}`, { 'sec-fetch-site': 'none' })).status).toBe(403);
  });

  it('lets the cookie in, and no other', async () => {
    expect((await ask('/', { cookie })).status).toBe(200);
    expect((await ask('/', { cookie: `theme=dark; ${cookie}` })).status).toBe(200);
    const [name] = cookie.split('=');
    for (const wrong of [`${name}=`, `${name}`, `${name}=AAAA`, cookie.slice(0, -1), `${cookie}A`, `x${cookie}`]) expect((await ask('/', { cookie: wrong })).status, wrong).toBe(401);
  });
});

describe('with the cookie stolen or sent along', () => {
  it.each(['evil.example', 'evil.example:80', '127.0.0.1.evil.example', 'localhost.evil.example', '[::1].evil.example', '127.0.0.1@evil.example', '192.168.1.5'])('refuses the host %j', async (host) => {
    expect((await ask('/', { cookie, host })).status).toBe(403);
  });

  it.each(['localhost', '127.0.0.1', '[::1]', 'LOCALHOST:9999'])('answers to the loopback name %s, at whatever port a tunnel has', async (host) => {
    expect((await ask('/', { cookie, host })).status).toBe(200);
  });

  it('refuses foreign origins and sites, another port of this machine included', async () => {
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', `https://127.0.0.1:${served.port}`, `http://localhost:${served.port}`]) expect((await ask('/', { cookie, origin })).status, origin).toBe(403);
    for (const site of ['cross-site', 'same-site']) expect((await ask('/', { cookie, 'sec-fetch-site': site })).status, site).toBe(403);
    expect((await ask('/', { cookie, origin: served.origin, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await ask('/', { cookie, 'sec-fetch-site': 'none' })).status).toBe(200);
  });

  // The entries behind these are attacked in access-data.test.ts.
  const routes = ['/', '/assets/', '/_socket/', ...[...Object.keys(PICTURE_ROUTES), ...Object.keys(DOCUMENT_ROUTES)].map((word) => `/_data/${word}/`)];
  const tricks = ['../package.json', '..%2fpackage.json', '%2e%2e/package.json', '%252e%252e%252fpackage.json', '..\\package.json', '..%5cpackage.json', '%00', 'index.html%00.js', '....//package.json', 'C:/Windows/win.ini', '/etc/passwd', '%2fetc%2fpasswd', 'constructor', '__proto__', '.', '*'] as const;
  it.each(routes)('gives nothing outside of its pages by path tricks on %s', async (route) => {
    for (const trick of tricks) {
      const { status, body } = await ask(route + trick, { cookie });
      // `/.` and the like are other spellings of the page itself.
      if (status === 200) expect(body, route + trick).toContain('<div id="root">');
      else expect([400, 404], `${route}${trick}: ${status}`).toContain(status);
      expect(body).not.toMatch(/root:|"dependencies"/);
    }
  });

  it('refuses request lines that name another server', async () => {
    for (const target of ['http://evil.example/', '//evil.example/', '*']) {
      const answer = await askRaw(`GET ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`);
      expect(answer, target).toMatch(/^HTTP\/1\.1 400 /);
    }
    expect(await askRaw(`GET / HTTP/1.1\r\nHost:\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 403 /);
    expect(await askRaw(`GET / HTTP/1.1\r\nCookie: ${cookie}\r\nConnection: close\r\n\r\n`)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it('answers GET and HEAD only', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND']) expect((await ask('/', { cookie }, method)).status, method).toBe(405);
    const head = await ask('/', { cookie }, 'HEAD');
    expect(head.status).toBe(200);
    expect(head.body).toBe('');
    expect(Number(head.headers['content-length'])).toBe((await ask('/', { cookie })).body.length);
  });
});

describe('headers', () => {
  const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; frame-ancestors 'none'";

  it('guards every answer, refusals included, and allows no other origin', async () => {
    for (const answer of [await ask('/', { cookie }), await ask('/'), await ask('/nothing', { cookie }), await ask('/', { host: 'evil.example' }), await ask('/', { cookie }, 'POST')]) {
      expect(answer.headers['content-security-policy']).toBe(POLICY);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(answer.headers['cross-origin-opener-policy']).toBe('same-origin');
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
    }
  });

  it('lets hashed assets be kept and the page not', async () => {
    const page = await ask('/', { cookie });
    expect(page.headers['cache-control']).toBe('no-store');
    const script = /src="\.(\/assets\/[^"]+\.js)"/.exec(page.body)![1]!;
    const asset = await ask(script, { cookie });
    expect(asset.status).toBe(200);
    expect(asset.headers['content-type']).toBe('text/javascript');
    expect(asset.headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await ask(script)).status).toBe(401);
  });
});

describe('the socket', () => {
  it('opens with cookie and own origin only', async () => {
    expect(await knock({ cookie, origin: served.origin })).toBe('open');
    expect(await knock({ origin: served.origin })).toBe(403);
    expect(await knock({ cookie })).toBe(403);
    expect(await knock({ cookie, origin: 'https://evil.example' })).toBe(403);
    expect(await knock({ cookie, origin: 'null' })).toBe(403);
    expect(await knock({ cookie, origin: 'http://evil.example', host: 'evil.example' })).toBe(403);
    expect(await knock({ cookie, origin: served.origin, 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await knock({ cookie, origin: served.origin }, '/_socket/../_socket2')).toBe(403);
    expect(await knock({ cookie, origin: served.origin }, '/')).toBe(403);
  });

  it('answers calls with envelopes and tells a wrong one from a fault', async () => {
    const answers = await talk([
      { type: 'call', id: 1, method: 'app.info', input: {} },
      { type: 'call', id: 2, method: 'library.list', input: {} },
      { type: 'call', id: 3, method: 'engine.close', input: {} },
      { type: 'call', id: 4, method: 'constructor', input: {} },
      { type: 'call', id: 5, method: 'cache.items', input: { cacheId: 1, limit: 1e9 } },
      { type: 'call', id: 6, method: 'cache.stats', input: { cacheId: 7 } },
      { type: 'call', id: 7, method: 'cache.stats', input: { cacheId: 1, cache: '/etc' } },
      { type: 'call', id: 8, method: 'jobs.list', input: { text: 'x'.repeat(1_000_001) } },
    ]);
    expect(answers.get(1)).toMatchObject({ ok: true, value: { host: 'server' } });
    expect(answers.get(2)).toEqual({ ok: true, value: [] });
    for (const id of [3, 4, 5, 7, 8]) expect(answers.get(id), String(id)).toMatchObject({ ok: false, error: { code: 'ARGUMENT_INVALID' } });
    expect(answers.get(6)).toMatchObject({ ok: false, error: { code: 'CACHE_NOT_FOUND' } });
    expect(JSON.stringify([...answers.values()])).not.toMatch(/node_modules|\.ts:|\.js:|at async/);
  });

  it('lists folders below the roots it was started with, and nothing else of the disk', async () => {
    const open = join(folder, 'open');
    const outside = ['/', '/etc', '/etc/passwd', '/proc/self/environ', '/nothing/at/all', folder, join(folder, 'secret'), join(folder, 'data'), `${open}/..`, `${open}/inner/../../secret`, join(open, 'out'), `${open}/out/inner`, `${open}/out/nothing`, `${open}2`, '..', 'secret', '~', '.', `file://${open}`, '%2e%2e', '\\\\?\\C:\\'];
    const malformed = [{}, { path: '' }, { path: 7 }, { path: [open] }, { path: `${open}\0/etc` }, { path: 'x'.repeat(5_000) }, { path: open, files: '.*' }, { path: open, text: 'x'.repeat(300) }, { path: open, roots: ['/'] }];
    const inputs = [{ path: null }, { path: `${open}/inner` }, ...outside.map((path) => ({ path, files: 'file' })), ...malformed];
    const answers = await talk(inputs.map((input, id) => ({ type: 'call', id, method: 'folders.list', input })));
    expect(answers.get(0)).toMatchObject({ ok: true, value: { path: open, places: [{ path: open }], rows: [{ name: 'inner', kind: 'folder' }], linksOut: 1 } });
    expect(answers.get(1)).toMatchObject({ ok: true, value: { rows: [] } });
    for (const [index, path] of outside.entries()) expect(answers.get(2 + index), path).toMatchObject({ ok: false, error: { code: 'PATH_REFUSED' } });
    for (const [index, input] of malformed.entries()) expect(answers.get(2 + outside.length + index), JSON.stringify(input).slice(0, 80)).toMatchObject({ ok: false, error: { code: 'ARGUMENT_INVALID' } });
  });

  it('reaches no path outside of the roots, whatever asks for it', async () => {
    const open = join(folder, 'open');
    const outside = ['/', '/etc/passwd', '/nothing/at/all', folder, join(folder, 'secret'), join(folder, 'secret/new'), join(folder, 'data'), `${open}/..`, `${open}/inner/../../secret`, `${open}/nothing/../../secret`, join(open, 'out'), `${open}/out/inner`, `${open}/out/..`, `${open}/out/nothing`, `${open}/nowhere`, `${open}/nowhere/x`, `${open}2`, '..', 'secret', '~', '.'];
    const asks: readonly ((path: string) => readonly [method: string, input: object])[] = [
      (path) => ['config.check', { path: `${path}/config.yaml` }],
      (path) => ['config.choose', { cacheDir: path, corpusDir: open, fontsDir: open }],
      (path) => ['config.choose', { cacheDir: `${open}/new`, corpusDir: path, fontsDir: open }],
      (path) => ['config.choose', { cacheDir: `${open}/new`, corpusDir: open, fontsDir: path }],
      (path) => ['library.open', { path }],
      (path) => ['dropped.look', { path }],
      (path) => ['cache.recall', { directory: path }],
      (path) => ['cache.stats', { cacheId: 1, corpusDir: path }],
      (path) => ['cache.verify', { cacheId: 1, fontsDir: path }],
      (path) => ['cache.fix', { cacheId: 1, corpusDir: path }],
      (path) => ['cache.fix', { cacheId: 1, fontsDir: path }],
      (path) => ['settings.change', { caFile: path }],
      (path) => ['settings.change', { hfHome: path }],
      // What a config says counts as if it had been named.
      ...(['cache_dir', 'data_dir', 'img_dir'] as const).map((key) => (path: string) => ['config.check', { name: 'c.yaml', text: configWith(open, { [key]: path }) }] as const),
    ];
    const calls = [
      ...asks.flatMap((ask) => outside.map((path) => ask(path))),
      // A relative list is below the folder of the lists, and `..` behind a link is none of its own: `open/out/../train.csv` is `open/train.csv`.
      ...outside.filter((path) => path.startsWith('/') && !path.endsWith('/out/..')).map((path) => ['config.check', { name: 'c.yaml', text: configWith(open, { train: `${path}/train.csv` }) }] as const),
    ];
    const answers = new Map<number, unknown>();
    const frames = calls.map(([method, input], id) => ({ type: 'call', id, method, input }));
    // More at once are refused for that.
    while (frames.length > 0) for (const [id, answer] of await talk(frames.splice(0, 10))) answers.set(id, answer);
    for (const [id, call] of calls.entries()) expect(answers.get(id), JSON.stringify(call)).toMatchObject({ ok: false, error: { code: 'PATH_REFUSED', hint: expect.stringContaining('--root DIR') } });
    expect(await readdir(join(folder, 'secret'))).toEqual(['inner']);
  });

  it('goes on with paths inside of the roots, there or not', async () => {
    const open = join(folder, 'open');
    const answers = await talk([
      { type: 'call', id: 1, method: 'config.check', input: { path: `${open}/missing.yaml` } },
      { type: 'call', id: 2, method: 'library.open', input: { path: `${open}/inner` } },
      { type: 'call', id: 3, method: 'dropped.look', input: { path: `${open}/inner/../inner` } },
      { type: 'call', id: 4, method: 'settings.change', input: { hfHome: `${open}/inner` } },
      { type: 'call', id: 5, method: 'settings.change', input: { hfHome: null } },
      { type: 'call', id: 6, method: 'config.check', input: { name: 'c.yaml', text: configWith(open, {}) } },
    ]);
    expect(answers.get(1)).toMatchObject({ ok: false, error: { code: 'CONFIG_UNREADABLE' } });
    expect(answers.get(2)).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^CACHE_/) } });
    expect(answers.get(6)).toMatchObject({ ok: true, value: { problems: [], facts: { present: null } } });
    for (const id of [3, 4, 5]) expect(answers.get(id), String(id)).toMatchObject({ ok: true });
  });

  it.each([
    ['no JSON', '{'],
    ['another shape', '{"type":"call"}'],
    ['unknown fields', '{"type":"subscribe","x":1}'],
    ['a binary frame', Buffer.from('{"type":"subscribe"}')],
  ])('ends the connection on %s', async (_name, frame) => {
    expect(await closeCodeAfter(frame)).toBe(1007);
  });

  it('ends the connection on a frame that is too large, before it is read', async () => {
    expect(await closeCodeAfter('x'.repeat(3_002_000))).toBe(1009);
  });
});

function configWith(open: string, change: Readonly<Record<string, string>>): string {
  const at = (key: string, otherwise = `${open}/${key}`): string => JSON.stringify(change[key] ?? otherwise);
  return `torch_dtype: float32\npaths:\n  data_dir: ${at('data_dir')}\n  img_dir: ${at('img_dir')}\n  cache_dir: ${at('cache_dir')}\n  dir_structure: flat\n  data_subsets:\n    train: ${at('train', 'train.csv')}\n    valid: valid.csv\n${PROCESSING}`;
}

/** Sends the frames and gathers the answer to each call. */
function talk(frames: readonly { readonly id: number; readonly type: string; readonly method: string; readonly input: unknown }[]): Promise<Map<number, unknown>> {
  return new Promise((resolve, reject) => {
    const answers = new Map<number, unknown>();
    const socket = new WebSocket(`ws://127.0.0.1:${served.port}/_socket`, { headers: { cookie, origin: served.origin } });
    socket.on('open', () => {
      for (const frame of frames) socket.send(JSON.stringify(frame));
    });
    socket.on('message', (data: Buffer) => {
      const { id, envelope } = JSON.parse(data.toString('utf8')) as { readonly id: number; readonly envelope: unknown };
      answers.set(id, envelope);
      if (answers.size < frames.length) return;
      socket.terminate();
      resolve(answers);
    });
    socket.on('error', reject);
  });
}

function closeCodeAfter(frame: string | Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${served.port}/_socket`, { headers: { cookie, origin: served.origin } });
    socket.on('open', () => socket.send(frame));
    socket.on('close', resolve);
    socket.on('error', reject);
  });
}
