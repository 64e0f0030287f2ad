import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { createHubSource, resolveHubSettings } from '../../src-main/sources/index.ts';
import { createConnectProxy } from './connect-proxy.ts';
import { QUICK, createSetting, sampleBytes } from './setting.ts';

const PATH = 'dataset/a.nii.gz';
const files = [{ path: PATH, content: sampleBytes(200_000) }];

function fixture(name: string): string {
  return fileURLToPath(new URL(`__fixtures__/${name}`, import.meta.url));
}

test('everything goes through the proxy of the settings', async () => {
  await using proxy = await createConnectProxy();
  await using setting = await createSetting({ files, settings: { proxy: proxy.url.href } });
  expect((await setting.fetch(PATH)).bytesDownloaded).toBe(200_000);
  const { endpoint, storageOrigin } = setting.double;
  expect(new Set(proxy.tunnels)).toEqual(new Set([new URL(endpoint).host, new URL(storageOrigin).host]));
});

test('a proxy that wants credentials gets them; without them it is named', async () => {
  await using proxy = await createConnectProxy('ada:secret');
  const withCredentials = new URL(proxy.url);
  withCredentials.username = 'ada';
  withCredentials.password = 'secret';
  await using setting = await createSetting({ files, settings: { proxy: withCredentials.href } });
  expect((await setting.fetch(PATH)).bytesDownloaded).toBe(200_000);
  const without = await setting.newSource({ proxy: proxy.url.href });
  const failure = await without.list([PATH], setting.signal).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'PROXY_ANSWERED', details: { status: 407 } });
});

test('a proxy that is none for the web is refused at once, and not taken for a Hub that does not answer', async () => {
  await using setting = await createSetting({ files });
  const settings = await resolveHubSettings({ HOME: setting.directory, HTTP_PROXY: 'socks5://127.0.0.1:1080' }, { endpoint: setting.double.endpoint });
  expect(() => createHubSource({ settings, repoId: setting.double.repoId, timings: QUICK })).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: 'The proxy is not a usable address.' }) as Error);
});

test('a proxy that is not there is named, without its password; a Hub that is not there is itself', async () => {
  const dead = await createConnectProxy('ada:secret');
  await dead[Symbol.asyncDispose]();
  await using setting = await createSetting({ files });
  const proxy = new URL(dead.url);
  proxy.username = 'ada';
  proxy.password = 'secret';
  const failureOf = async (settings: { readonly proxy?: string; readonly endpoint?: string }): Promise<unknown> => await (await setting.newSource(settings)).list([PATH], setting.signal).catch((error: unknown) => error);
  const { host } = new URL(setting.double.endpoint);
  expect(await failureOf({ proxy: proxy.href })).toMatchObject({ code: 'SOURCE_UNREACHABLE', details: { reason: `${host}, through the proxy ${proxy.host}: ECONNREFUSED` } });
  expect(await failureOf({ endpoint: dead.url.origin })).toMatchObject({ code: 'SOURCE_UNREACHABLE', details: { reason: `${proxy.host}: ECONNREFUSED` } });
});

test('while nobody answers that is said once, before the last of the tries', async () => {
  const notices: string[] = [];
  await using setting = await createSetting({ files, source: { onWarning: (text) => notices.push(text) } });
  setting.double.failHub('revision', { attempts: Array.from({ length: 3 }, () => ({ kind: 'reset' }) as const) });
  await setting.source.list([PATH], setting.signal);
  expect(notices).toEqual([expect.stringMatching(/^No usable answer yet \(127\.0\.0\.1:\d+: .+\)\. The Hub is asked again, \d+ times at most\.$/)]);
});

test('HTTPS_PROXY and HTTP_PROXY of the environment are used, NO_PROXY is kept to', async () => {
  await using proxy = await createConnectProxy();
  await using setting = await createSetting({ files });
  const list = async (environment: Record<string, string>): Promise<void> => {
    const settings = await resolveHubSettings({ ...environment, HOME: setting.directory }, { endpoint: setting.double.endpoint });
    const source = createHubSource({ settings, repoId: setting.double.repoId, timings: QUICK });
    await source.list([PATH], setting.signal);
    await source.close();
  };
  await list({ HTTP_PROXY: proxy.url.href, NO_PROXY: 'example.org,127.0.0.1' });
  expect(proxy.tunnels).toEqual([]);
  await list({ http_proxy: proxy.url.href });
  expect(proxy.tunnels.length).toBeGreaterThan(0);
});

test('an unknown authority is refused with a way out; with its file everything works', async () => {
  const [key, cert] = await Promise.all([readFile(fixture('loopback-key.pem'), 'utf8'), readFile(fixture('loopback-cert.pem'), 'utf8')]);
  await using setting = await createSetting({ files, tls: { key, cert } });
  await expect(setting.source.list([PATH], setting.signal)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE', hint: expect.stringContaining('certificate') });
  const source = await setting.newSource({ caFile: fixture('loopback-cert.pem') });
  const file = (await source.list([PATH], setting.signal)).files.get(PATH)!;
  const fetched = await source.fetch(file, { directory: setting.directory, signal: setting.signal });
  expect(fetched.bytesDownloaded).toBe(200_000);
  expect(setting.double.requests.filter((entry) => entry.listener === 'storage').some((entry) => entry.hasAuthorization)).toBe(false);
});

test('https through a proxy, with an authority of its own', async () => {
  const [key, cert] = await Promise.all([readFile(fixture('loopback-key.pem'), 'utf8'), readFile(fixture('loopback-cert.pem'), 'utf8')]);
  await using proxy = await createConnectProxy();
  await using setting = await createSetting({ files, tls: { key, cert }, settings: { proxy: proxy.url.href, caFile: fixture('loopback-cert.pem') } });
  expect((await setting.fetch(PATH)).bytesDownloaded).toBe(200_000);
  expect(proxy.tunnels.length).toBeGreaterThan(1);
});

test('a proxy that is not there is trouble, not a crash', async () => {
  await using setting = await createSetting({ files, settings: { proxy: 'http://127.0.0.1:9' }, source: { timings: { tries: 2 } } });
  await expect(setting.source.list([PATH], setting.signal)).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
});

test('a missing file of authorities and a proxy that is no address are said at once', async () => {
  await using setting = await createSetting({ files });
  await expect(setting.newSource({ caFile: '/no/such.pem' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  await expect(setting.newSource({ proxy: 'not a proxy' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});

test('no token is sent when there is none', async () => {
  await using setting = await createSetting({ files, settings: { token: '' } });
  await setting.fetch(PATH);
  expect(setting.double.requests.some((entry) => entry.hasAuthorization)).toBe(false);
});

test('a warning of the Hub is told once per topic', async () => {
  const warnings: string[] = [];
  await using setting = await createSetting({ files, source: { onWarning: (text) => warnings.push(text) } });
  const headers = { 'x-hf-warning': 'deprecation; This endpoint moves.' };
  setting.double.failHub('paths-info', { attempts: [], afterwards: { kind: 'status', status: 200, headers, body: '[]' } });
  await setting.source.list([PATH], setting.signal);
  await setting.source.list([PATH], setting.signal);
  expect(warnings).toEqual(['This endpoint moves.']);
});
