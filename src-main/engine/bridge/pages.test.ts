import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFakeEngine } from './fake-engine.ts';
import { createPageHandler, readPages } from './pages.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-pages-'));
  await mkdir(join(folder, 'built/assets'), { recursive: true });
  await writeFile(join(folder, 'built/index.html'), '<p>page</p>');
  await writeFile(join(folder, 'built/assets/a-1.js'), 'export {};');
  await writeFile(join(folder, 'built/assets/notes.map'), '{}');
  await writeFile(join(folder, 'secret.html'), 'secret');
  await symlink(join(folder, 'secret.html'), join(folder, 'built/link.html'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the pages', () => {
  it('are the files of the build that a page needs, and no links out of it', async () => {
    expect(Array.from((await readPages(join(folder, 'built'))).keys()).toSorted()).toEqual(['/', '/assets/a-1.js', '/index.html']);
  });

  it('are missed in words when they are not built', async () => {
    await expect(readPages(join(folder, 'nothing'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND', hint: expect.stringContaining('npm run build') as string });
  });

  it('come from any origin that stands before them, by path alone', async () => {
    const serve = createPageHandler(await readPages(join(folder, 'built')), makeFakeEngine().engine);
    for (const origin of ['larder://app', 'http://localhost']) {
      const page = await serve(new Request(`${origin}/?q=1`));
      expect(page.status).toBe(200);
      expect(await page.text()).toBe('<p>page</p>');
      expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(page.headers.get('content-length')).toBe('11');
    }
    expect((await serve(new Request('larder://app/link.html'))).status).toBe(404);
    expect((await serve(new Request('larder://app/assets/a-1.js', { method: 'POST' }))).status).toBe(405);
  });
});
