import { readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createConnectProxy } from '../hub/connect-proxy.ts';
import { makeSampleDataset } from '../sample/index.ts';
import type { CliSetting, JsonLine } from './larder.ts';
import { createCliSetting } from './larder.ts';

let setting: CliSetting;
const dataFolder = (): string => join(dirname(setting.project.directory), 'data');
/** The sample's config without an endpoint of its own. */
const OPEN_CONFIG = ['--config', 'open.yaml', '--limit', '2', '--json'] as const;

beforeAll(async () => {
  setting = await createCliSetting(makeSampleDataset());
  const text = await readFile(setting.project.configPath, 'utf8');
  await writeFile(join(setting.project.directory, 'open.yaml'), text.replace(/^ {2}endpoint:.*\n/m, ''));
});
afterAll(async () => {
  await setting?.[Symbol.asyncDispose]();
});

async function memoryOf(...words: string[]): Promise<JsonLine> {
  return (await setting.run('plan', ...OPEN_CONFIG, ...words)).one('plan')['memory'] as JsonLine;
}

// One story, in its order.
describe('settings', () => {
  it('are the defaults at first, and say who decides', async () => {
    const answer = (await setting.run('settings', '--json')).one('settings');
    expect(answer['inForce']).toMatchObject({ endpoint: { value: 'https://huggingface.co', from: 'default' }, proxy: { value: null, from: 'default' } });
    expect(answer['token']).toMatchObject({ from: null, store: null });
    expect((await setting.run('settings')).stdout).toMatch(/^endpoint +– +https:\/\/huggingface\.co +default$/m);
  });

  it('say what they take', async () => {
    for (const [name, value, hint] of [['workers', 'x', 'It takes 1 to 1024.'], ['workers', '0', 'It takes 1 to 1024.'], ['memory', '3', 'It takes 268 MB to 1.1 PB.'], ['theme', 'purple', 'There are system, dark, light.']] as const) {
      const refused = await setting.run('settings', 'set', name, value, '--json');
      expect(refused.exitCode).toBe(2);
      expect(refused.one('error')).toMatchObject({ error: { code: 'ARGUMENT_INVALID', message: expect.stringContaining(`"${value}"`) as string, hint } });
    }
  });

  it('name the Hub for configs that name none', async () => {
    expect(await setting.run('settings', 'set', 'endpoint', setting.hub.endpoint)).toMatchObject({ exitCode: 0 });
    const plan = (await setting.run('plan', ...OPEN_CONFIG)).one('plan');
    expect(plan['source']).toMatchObject({ revision: setting.hub.commit });
    expect(plan['download']).toMatchObject({ files: 2 });
  });

  it('lead through a proxy', async () => {
    await using proxy = await createConnectProxy();
    await setting.run('settings', 'set', 'proxy', proxy.url.origin);
    const plan = (await setting.run('plan', ...OPEN_CONFIG)).one('plan');
    expect(plan['source']).toMatchObject({ revision: setting.hub.commit });
    expect(proxy.tunnels).toContain(new URL(setting.hub.endpoint).host);
    await setting.run('settings', 'reset', 'proxy');
  });

  it('bound workers and memory; a flag goes first', async () => {
    await setting.run('settings', 'set', 'workers', '1');
    expect(await memoryOf()).toMatchObject({ workers: 1 });
    expect((await memoryOf('--num-workers', '2'))['workers']).toBe(2);
    await setting.run('settings', 'reset', 'workers');
    await setting.run('settings', 'set', 'memory', '300MB');
    expect(await memoryOf('--num-workers', '64')).toMatchObject({ budgetBytes: 300_000_000 });
  });

  it.each([
    ['endpoint', 'http://hub.example.com'],
    ['proxy', 'ftp://proxy'],
    ['workers', 'many'],
    ['theme', 'pink'],
    ['ignore-gpu-blocklist', 'true'],
    ['memory', '5 apples'],
    ['colour', 'red'],
  ])('refuse %s %s in words, and change nothing', async (name, value) => {
    const before = await readFile(join(dataFolder(), 'settings.json'), 'utf8');
    const result = await setting.run('settings', 'set', name, value);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(await readFile(join(dataFolder(), 'settings.json'), 'utf8')).toBe(before);
  });

  it('that are damaged are set aside and told, and the command goes on', async () => {
    const folder = dataFolder();
    await writeFile(join(folder, 'settings.json'), '{"workers": ');
    const result = await setting.run('settings');
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain('The settings were damaged and set aside as');
    expect((await readdir(folder)).some((name) => name.startsWith('settings.json.damaged-'))).toBe(true);
  });
});
