import { copyFile, cp } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src-main/engine/index.ts';
import { isPlainGrey, readPng } from '../../src-main/formats/png/index.ts';
import { createNodeWorkerHost } from '../../src-main/workers/index.ts';
import { KHMER_FONTS, createImageSetting } from './setting.ts';

const WORKER = fileURLToPath(new URL('../../src-main/workers/entry.ts', import.meta.url));

describe.skipIf(KHMER_FONTS === undefined)('a line before there is a cache', () => {
  it('is drawn in every font, with the reason where it cannot be', async () => {
    await using setting = await createImageSetting();
    await setting.writeCorpus({ train: ['ភាសាខ្មែរ'] });
    await cp(KHMER_FONTS!, setting.path('fonts'), { recursive: true });
    const engine = createEngine({ dataDirectory: setting.path('data'), cwd: setting.folder, environment: {}, workerHost: createNodeWorkerHost(WORKER, process.env), version: 'test' });
    try {
      const config = await engine.keepChoices({ corpusDir: 'corpus', fontsDir: 'fonts', height: 48 });
      const { signal } = new AbortController();
      const first = await engine.draft({ config, text: '' }, signal);
      expect(first).toHaveLength(8);
      for (const { png, width, height, problem } of first) {
        const { header, problems } = readPng(Buffer.from(png!, 'base64'));
        expect([problem, problems, header!.width, header!.height, isPlainGrey(header!)]).toEqual([null, [], width, height, true]);
        expect(height).toBe(48);
      }
      expect(new Set(first.map(({ png }) => png)).size).toBe(8);
      const pictureOf = (drafts: typeof first, font: string) => drafts.find(({ variant }) => variant === `fonts/${font}`)!.png;
      await copyFile(join(KHMER_FONTS!, 'KhmerOSmuol.ttf'), setting.path('fonts', 'KhmerOSbokor.ttf'));
      await copyFile(join(KHMER_FONTS!, 'KhmerOSbokor.ttf'), setting.path('fonts', 'KhmerOSmuol.ttf'));
      const swapped = await engine.draft({ config, text: '' }, signal);
      expect([pictureOf(swapped, 'KhmerOSmuol.ttf'), pictureOf(swapped, 'KhmerOSbokor.ttf')]).toEqual([pictureOf(first, 'KhmerOSbokor.ttf'), pictureOf(first, 'KhmerOSmuol.ttf')]);
      const [tall] = await engine.draft({ config, text: 'ក', height: 64 }, signal);
      expect(tall).toMatchObject({ height: 64, problem: null, variant: 'fonts/KhmerOS.ttf' });
      for (const { png, problem } of await engine.draft({ config, text: '日本' }, signal)) expect([png, problem]).toEqual([null, expect.stringContaining('U+65E5')]);
    } finally {
      engine.close();
    }
  });
});
