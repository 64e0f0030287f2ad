import { chmod, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { resolveHubSettings } from '../../sources/index.ts';
import { settingsEnvironment, settingsInForce } from './settings-environment.ts';
import { SettingsStore } from './settings-store.ts';

let folder: string;
let notices: string[];
let store: SettingsStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-settings-'));
  notices = [];
  store = new SettingsStore(folder, (message) => notices.push(message));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the settings file', () => {
  it('is not there until something is set, and holds only what differs', async () => {
    expect(store.current()).toEqual(DEFAULT_SETTINGS);
    expect(await readdir(folder)).toEqual([]);
    await store.change({ workers: 3, theme: 'dark' });
    expect(JSON.parse(await readFile(store.path, 'utf8'))).toEqual({ workers: 3, theme: 'dark' });
    await store.change({ workers: null });
    expect(store.current()).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' });
    expect(await readdir(folder)).toEqual(['settings.json']);
  });

  it('is what another process wrote meanwhile', async () => {
    await new SettingsStore(folder, () => undefined).change({ workers: 2 });
    expect(store.current().workers).toBe(2);
  });

  it('loses no change of two at once', async () => {
    await Promise.all([store.change({ workers: 2 }), store.change({ theme: 'light' }), store.change({ memoryBytes: 2 ** 30 })]);
    expect(store.current()).toMatchObject({ workers: 2, theme: 'light', memoryBytes: 2 ** 30 });
  });

  it.each(['', 'not json', '[]', 'null', '{"workers": 0}', '{"workers": "2"}', '{"unknown": 1}', '{"theme": "pink"}', '{"workers": 2'])('that is %j is set aside with words, its bytes kept', async (text) => {
    await writeFile(store.path, text);
    expect(store.current()).toEqual(DEFAULT_SETTINGS);
    const [aside, ...others] = await readdir(folder);
    expect(others).toEqual([]);
    expect(aside).toMatch(/^settings\.json\.damaged-/);
    expect(await readFile(join(folder, aside!), 'utf8')).toBe(text);
    expect(notices).toEqual([`The settings were damaged and set aside as ${join(folder, aside!)}. The defaults count until they are set again.`]);
    await store.change({ workers: 2 });
    expect(store.current().workers).toBe(2);
  });

  it.runIf(process.platform !== 'win32' && process.getuid?.() !== 0)('that cannot be read is told, not taken for empty', async () => {
    await store.change({ workers: 2 });
    await chmod(store.path, 0);
    expect(() => store.current()).toThrow(expect.objectContaining({ code: 'PERMISSION_DENIED' }));
    await chmod(store.path, 0o600);
  });
});

describe('values', () => {
  it.each([
    [{ endpoint: 'huggingface' }, 'CONFIG_INVALID'],
    [{ endpoint: 'http://hub.example.com' }, 'CONFIG_INVALID'],
    [{ proxy: 'socks5://proxy:1080' }, 'ARGUMENT_INVALID'],
    [{ proxy: 'http://me:secret@proxy:3128' }, 'ARGUMENT_INVALID'],
    [{ caFile: 'ca.pem' }, 'ARGUMENT_INVALID'],
    [{ caFile: '/nowhere/ca.pem' }, 'FILE_NOT_FOUND'],
    [{ hfHome: 'huggingface' }, 'ARGUMENT_INVALID'],
    [{ hfHome: '/nowhere/huggingface' }, 'FILE_NOT_FOUND'],
    [{ workers: 0 }, 'ARGUMENT_INVALID'],
    [{ workers: 1.5 }, 'ARGUMENT_INVALID'],
    [{ memoryBytes: 1000 }, 'ARGUMENT_INVALID'],
    [{ previewBytes: Number.NaN }, 'ARGUMENT_INVALID'],
  ])('like %j are refused and change nothing', async (change, code) => {
    await expect(store.change(change)).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a CA file must be certificates', async () => {
    const path = join(folder, 'ca.pem');
    await writeFile(path, 'nothing');
    await expect(store.change({ caFile: path })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await writeFile(path, '-----BEGIN CERTIFICATE-----\n');
    expect((await store.change({ caFile: path })).caFile).toBe(path);
  });
});

describe('what counts', () => {
  const own = { ...DEFAULT_SETTINGS, endpoint: 'https://mirror.example.com', proxy: 'http://proxy:3128', caFile: '/ca.pem' };
  const home = { HOME: '/nowhere', HF_HOME: '/nowhere' };

  it('is the settings where nothing else is said', async () => {
    const hub = await resolveHubSettings(settingsEnvironment(home, own));
    expect(hub).toMatchObject({ proxy: { http: 'http://proxy:3128', https: 'http://proxy:3128' }, caFile: '/ca.pem' });
    expect(hub.endpoint.origin).toBe('https://mirror.example.com');
    expect(settingsInForce(home, own).proxy).toEqual({ value: 'http://proxy:3128', from: 'settings' });
  });

  it('is the environment before the settings, and its password is not shown', async () => {
    const environment = { ...home, HF_ENDPOINT: 'https://other.example.com', HTTPS_PROXY: 'http://me:secret@first:1', SSL_CERT_FILE: '/other.pem' };
    const hub = await resolveHubSettings(settingsEnvironment(environment, own));
    expect(hub).toMatchObject({ proxy: { https: 'http://me:secret@first:1', http: 'http://proxy:3128' }, caFile: '/other.pem' });
    expect(hub.endpoint.origin).toBe('https://other.example.com');
    expect(settingsInForce(environment, own)).toEqual({ endpoint: { value: 'https://other.example.com', from: 'HF_ENDPOINT' }, proxy: { value: 'http://…@first:1', from: 'HTTPS_PROXY' }, caFile: { value: '/other.pem', from: 'SSL_CERT_FILE' }, hfHome: { value: '/nowhere', from: 'HF_HOME' } });
  });

  it('is the folder of Hugging Face that the settings name, unless HF_HOME does', () => {
    const other = { ...own, hfHome: '/disk/hf' };
    expect(settingsEnvironment({ HOME: '/nowhere' }, other)['HF_HOME']).toBe('/disk/hf');
    expect(settingsInForce({ HOME: '/nowhere' }, other).hfHome).toEqual({ value: '/disk/hf', from: 'settings' });
    expect(settingsEnvironment(home, other)['HF_HOME']).toBe('/nowhere');
    expect(settingsInForce({ HOME: '/nowhere' }, own).hfHome).toEqual({ value: '/nowhere/.cache/huggingface', from: 'default' });
  });

  it('is the config before both', async () => {
    const hub = await resolveHubSettings(settingsEnvironment(home, own), { endpoint: 'https://config.example.com', token: 'hf_config', storedToken: 'hf_kept' });
    expect(hub.endpoint.origin).toBe('https://config.example.com');
    expect(hub.tokenOrigin).toBe('config');
  });

  it('is a token of the environment before the kept one, and the kept one before none', async () => {
    expect((await resolveHubSettings({ ...home, HF_TOKEN: 'hf_env' }, { storedToken: 'hf_kept' })).tokenOrigin).toBe('HF_TOKEN');
    expect((await resolveHubSettings(home, { storedToken: 'hf_kept' })).token).toBe('hf_kept');
    expect((await resolveHubSettings({ ...home, HF_HUB_DISABLE_IMPLICIT_TOKEN: '1', HF_TOKEN: 'x' }, { storedToken: 'hf_kept' })).token).toBe('hf_kept');
  });
});
