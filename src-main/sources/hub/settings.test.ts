import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hfHomeDirectory, hubCacheDirectory, isTrue, resolveHubSettings } from './settings.ts';

let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'larder-home-'));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function writeToken(text: string, stored = ''): Promise<void> {
  const folder = join(home, '.cache', 'huggingface');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'token'), text);
  if (stored !== '') await writeFile(join(folder, 'stored_tokens'), stored);
}

test('without anything: the public endpoint, no token, the default cache', async () => {
  const settings = await resolveHubSettings({ HOME: home });
  expect(settings).toMatchObject({ offline: false, hfCacheDirectories: [join(home, '.cache/huggingface/hub')], proxy: { http: '', https: '', none: '' }, warnings: [] });
  expect(settings.endpoint.href).toBe('https://huggingface.co/');
  expect(settings.token).toBeUndefined();
});

test('tokens in their order: settings, HF_TOKEN, the older name, the file', async () => {
  await writeToken('hf_file\n');
  const environment = { HOME: home, HF_TOKEN: ' hf_new\r\n', HUGGING_FACE_HUB_TOKEN: 'hf_old' };
  expect((await resolveHubSettings(environment, { token: 'hf_own' })).token).toBe('hf_own');
  expect((await resolveHubSettings(environment)).token).toBe('hf_new');
  expect((await resolveHubSettings({ ...environment, HF_TOKEN: '' })).token).toBe('hf_old');
  const fromFile = await resolveHubSettings({ HOME: home });
  expect(fromFile).toMatchObject({ token: 'hf_file', tokenOrigin: join(home, '.cache/huggingface/token') });
});

test('an implicit token is left out on request, the one of the settings is not', async () => {
  await writeToken('hf_file');
  const environment = { HOME: home, HF_TOKEN: 'hf_new', HF_HUB_DISABLE_IMPLICIT_TOKEN: 'yes' };
  expect((await resolveHubSettings(environment)).token).toBeUndefined();
  expect((await resolveHubSettings(environment, { token: 'hf_own' })).token).toBe('hf_own');
});

test('HF_TOKEN_PATH wins over the token of HF_HOME', async () => {
  await writeFile(join(home, 'elsewhere'), 'hf_elsewhere');
  expect((await resolveHubSettings({ HOME: home, HF_TOKEN_PATH: '~/elsewhere' })).token).toBe('hf_elsewhere');
});

test('an expired stored token is used and warned about, never refreshed', async () => {
  await writeToken('hf_oauth', '[first]\nhf_token = hf_other\nexpires_at = 1\n\n[second]\nhf_token = hf_oauth\nrefresh_token = r\nexpires_at = 1700000000\n');
  const settings = await resolveHubSettings({ HOME: home });
  expect(settings.token).toBe('hf_oauth');
  // date -u -d @1700000000
  expect(settings.warnings).toEqual([expect.stringContaining('expired at 2023-11-14T22:13:20.000Z')]);
  expect(settings.warnings.join()).not.toContain('hf_oauth');
});

test('another endpoint: slashes dropped, told that the token goes there', async () => {
  const settings = await resolveHubSettings({ HOME: home, HF_ENDPOINT: 'https://hub.example.org/mirror//', HF_TOKEN: 'hf_x' });
  expect(settings.endpoint.href).toBe('https://hub.example.org/mirror');
  expect(settings.warnings).toEqual(['The Hugging Face token (HF_TOKEN) is sent to hub.example.org, the configured endpoint.']);
});

test('cache folders: each variable over the one before, ~ and variables expanded', () => {
  const environment = { HOME: '/home/ada', DISK: '/data' };
  expect(hfHomeDirectory(environment)).toBe('/home/ada/.cache/huggingface');
  expect(hfHomeDirectory({ ...environment, XDG_CACHE_HOME: '/x' })).toBe('/x/huggingface');
  expect(hfHomeDirectory({ ...environment, HF_HOME: '$DISK/hf' })).toBe('/data/hf');
  expect(hubCacheDirectory({ ...environment, HF_HOME: '~/hf' })).toBe('/home/ada/hf/hub');
  expect(hubCacheDirectory({ ...environment, HUGGINGFACE_HUB_CACHE: '/old' })).toBe('/old');
  expect(hubCacheDirectory({ ...environment, HUGGINGFACE_HUB_CACHE: '/old', HF_HUB_CACHE: '${DISK}/new' })).toBe('/data/new');
  expect(hubCacheDirectory({ ...environment, HF_HUB_CACHE: '$NOWHERE/x' })).toMatch(/\$NOWHERE\/x$/);
});

test('truth as huggingface_hub reads it', () => {
  for (const text of ['1', 'on', 'Yes', 'TRUE']) expect(isTrue(text), text).toBe(true);
  for (const text of [undefined, '', '0', 'y', 'off', 'no']) expect(isTrue(text), text).toBe(false);
});

test('offline by either variable, unless the settings say otherwise', async () => {
  expect((await resolveHubSettings({ HOME: home, HF_HUB_OFFLINE: '1' })).offline).toBe(true);
  expect((await resolveHubSettings({ HOME: home, TRANSFORMERS_OFFLINE: 'ON' })).offline).toBe(true);
  expect((await resolveHubSettings({ HOME: home, HF_HUB_OFFLINE: '1' }, { offline: false })).offline).toBe(false);
});

test('proxies: lower case first, ALL_PROXY as a fallback, the settings over all, SOCKS left alone', async () => {
  const of = async (environment: Record<string, string>, proxy?: string) => (await resolveHubSettings({ HOME: home, ...environment }, proxy === undefined ? {} : { proxy })).proxy;
  expect(await of({ HTTPS_PROXY: 'http://big', https_proxy: 'http://small', NO_PROXY: 'a' })).toEqual({ http: '', https: 'http://small', none: 'a' });
  expect(await of({ ALL_PROXY: 'http://all' })).toEqual({ http: 'http://all', https: 'http://all', none: '' });
  expect(await of({ ALL_PROXY: 'socks5://all' })).toEqual({ http: '', https: '', none: '' });
  expect((await resolveHubSettings({ HOME: home, ALL_PROXY: 'socks5://all' })).warnings).toEqual([expect.stringContaining('SOCKS')]);
  expect(await of({ HTTPS_PROXY: 'http://big' }, '')).toEqual({ http: '', https: '', none: '' });
});

test('a token that no header can hold is told and not sent', async () => {
  const { token, warnings } = await resolveHubSettings({ HOME: home, HF_TOKEN: 'hf_\u00F8' });
  expect(token).toBeUndefined();
  expect(warnings).toEqual([expect.stringMatching(/^The Hugging Face token \(HF_TOKEN\) has characters in it that no token has, and is not sent\./)]);
});
