import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from './host.ts';
import type { Setting } from './setting.ts';
import { makeSetting } from './setting.ts';
import { closeChromium, isDesktop, startHost } from './start-host.ts';

let setting: Setting;
let host: Host;
beforeAll(async () => {
  setting = await makeSetting();
  host = await startHost(setting);
  await host.page.getByRole('heading', { level: 1 }).waitFor();
});
afterAll(async () => {
  await host?.close();
  await closeChromium();
  await setting?.remove();
});

describe('a page that was taken over', () => {
  it('runs no script that was written into it', async () => {
    await host.page.evaluate("(() => { const script = document.createElement('script'); script.textContent = 'globalThis.wasRun = true'; document.head.append(script); const image = document.createElement('img'); image.setAttribute('onerror', 'globalThis.wasRun = true'); image.src = 'data:,'; document.body.append(image); })()");
    await host.page.waitForTimeout(200);
    expect(await host.page.evaluate('globalThis.wasRun')).toBeUndefined();
  });

  it('reaches nobody: no request, no socket, no frame', async () => {
    const outcome = await host.page.evaluate(`(async () => {
      const violations = [];
      addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
      const failed = await fetch('https://elsewhere.example/').then(() => false, () => true);
      try { new WebSocket('wss://elsewhere.example/'); } catch {}
      const frame = document.createElement('iframe');
      frame.src = 'https://elsewhere.example/';
      document.body.append(frame);
      await new Promise((resolve) => setTimeout(resolve, 300));
      frame.remove();
      return { failed, violations: [...new Set(violations)].sort() };
    })()`);
    expect(outcome).toEqual({ failed: true, violations: ['connect-src', 'frame-src'] });
    expect(host.said()).not.toContain('net::ERR_NAME_NOT_RESOLVED');
  });

  it('gets nothing but its own files and what the catalog knows', async () => {
    const statuses = (await host.page.evaluate(`Promise.all(['/package.json', '/..%2fpackage.json', '/%2e%2e/package.json', '/assets/..%5c..%5cpackage.json', '/_data/vol/1', '/_data/../../package.json', '/etc/passwd'].map(async (path) => [path, (await fetch(path)).status]))`)) as readonly (readonly [string, number])[];
    for (const [path, status] of statuses) expect(status, path).toBeGreaterThanOrEqual(400);
    expect(await host.page.evaluate("fetch('/', { method: 'POST' }).then((response) => response.status)")).toBe(405);
  });

  it('has no Node, and what it is given can neither be changed nor replaced', async () => {
    expect(await host.page.evaluate("['require', 'process', 'Buffer', 'module'].filter((name) => name in globalThis)")).toEqual([]);
    if (!isDesktop) return;
    expect(await host.page.evaluate("(() => { try { globalThis.larder.call = () => 1; } catch {} try { globalThis.larder = 1; } catch {} return [typeof globalThis.larder, Object.keys(globalThis.larder).sort()]; })()")).toEqual(['object', ['call', 'choose', 'info', 'on', 'onDesktop', 'pathForFile', 'reveal']]);
    const refused = await host.page.evaluate("globalThis.larder.call('engine.close', {})");
    expect(refused).toMatchObject({ ok: false, error: { code: 'ARGUMENT_INVALID' } });
    expect(await host.page.evaluate("globalThis.larder.choose('anything')")).toBeNull();
  });

  it.runIf(isDesktop)('learns nothing of files that are none of ours by naming their paths', async () => {
    const foreign = join(setting.folder, 'diary.txt');
    await writeFile(foreign, 'what nobody is to read');
    const ask = async (method: string, input: object): Promise<string> => JSON.stringify(await host.page.evaluate(`globalThis.larder.call(${JSON.stringify(method)}, ${JSON.stringify(input)})`));
    const before = await ask('library.list', {});
    const answers = {
      'config.check': await ask('config.check', { path: foreign }),
      'dropped.look': await ask('dropped.look', { path: foreign }),
      'library.open': await ask('library.open', { path: setting.folder }),
      'cache.recall': await ask('cache.recall', { directory: setting.folder }),
      'folders.list': await ask('folders.list', { path: '/' }),
    };
    expect(answers['config.check']).toContain('CONFIG_UNREADABLE');
    expect(JSON.parse(answers['dropped.look'])).toEqual({ ok: true, value: { name: 'diary.txt', path: foreign, what: 'unknown' } });
    for (const method of ['library.open', 'cache.recall', 'folders.list'] as const) expect(answers[method], method).toMatch(/^{"ok":false,"error":{"code":"(CACHE_FOREIGN|CACHE_NOT_FOUND|PATH_REFUSED)"/);
    for (const answer of Object.values(answers)) expect(answer).not.toContain('nobody is to read');
    expect(await ask('library.list', {}), 'the library is as it was').toBe(before);
    expect(await host.page.evaluate(`globalThis.larder.reveal({ cacheId: 1, key: ${JSON.stringify(foreign)} })`)).toBe(false);
  });

  it.runIf(isDesktop)('stays where it is and opens nothing but known links outside', async () => {
    const address = host.page.url();
    await host.page.evaluate("globalThis.open('https://elsewhere.example/'); globalThis.open('file:///etc/passwd')");
    // Elsewhere it would open the browser of whoever runs the tests.
    if (host.capabilities.recordsSystem) await host.page.evaluate("globalThis.open('https://huggingface.co/datasets/x')");
    await host.page.evaluate("location.assign('https://elsewhere.example/')");
    await host.page.waitForTimeout(300);
    expect(host.page.url()).toBe(address);
    if (host.capabilities.recordsSystem) expect(host.asked('shell.openExternal')).toEqual([['https://huggingface.co/datasets/x']]);
  });
});
