import { copyFileSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findKhmerFonts } from '../../../src-main/kinds/image/find-khmer-fonts.ts';
import { openSetting } from '../../invariants/setting.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import { IMAGE_FORM } from '../faults/cache-form.ts';
import { readCache } from '../faults/check.ts';
import { LINES, NO_FONTS, openPlace } from '../faults/image-scenarios.ts';
import { inProcess, mustSucceed } from '../faults/kept-state.ts';
import type { World } from './steps.ts';
import { lookAt, putStrangers } from './world-state.ts';

const PREGENERATE = ['pregenerate', '--jobs', '1'] as const;

/** Why no history of images can be lived here; undefined where it can. */
export function imagesProblem(): string | undefined {
  return findKhmerFonts() === undefined ? NO_FONTS : undefined;
}

/** Images of lines of a corpus, which come and go, drawn with a font that does too. */
export async function openImages(): Promise<World> {
  const fonts = findKhmerFonts()!;
  const setting = await openSetting({ dataset: tinyDataset(1) });
  const { cache, config } = openPlace(setting, fonts);
  const here = inProcess(setting);
  await mustSucceed(here.run(...PREGENERATE, ...config));
  const { entries: expected } = readCache(cache, IMAGE_FORM);
  putStrangers(cache);
  const keyOf = (line: string): string => [...expected].find(([file, bytes]) => file.endsWith('.json') && (JSON.parse(bytes.toString('utf8')) as { readonly text: string }).text === line)![0].slice('metadata/'.length, -'.json'.length);
  const keys = new Map(LINES.map((line) => [line as string, keyOf(line)]));
  const listed = new Set<string>(LINES);
  const corpus = join(setting.project.directory, 'corpus', 'train.txt');
  const font = join(setting.project.directory, 'fonts', 'KhmerOS.ttf');
  const writeCorpus = (): void => writeFileSync(corpus, LINES.filter((line) => listed.has(line)).map((line) => `${line}\n`).join(''));
  return {
    items: LINES,
    expected,
    directory: cache,
    filesOf: (line) => [`metadata/${keys.get(line)!}.json`, `images/${keys.get(line)!}.png`],
    isListed: (line) => listed.has(line) && existsSync(font),
    canBeMade: (line) => listed.has(line) && existsSync(font),
    look: () => lookAt(cache, IMAGE_FORM, new Set()),
    run: (words) => here.run(...words, ...config),
    commands: () => [
      { words: PREGENERATE, asks: { type: 'nothing' } },
      { words: [...PREGENERATE, '--limit', '1'], asks: { type: 'nothing' } },
    ],
    happen(draw) {
      if (draw.chance(0.3)) {
        const isThere = existsSync(font);
        if (isThere) rmSync(font);
        else copyFileSync(join(fonts, 'KhmerOS.ttf'), font);
        return Promise.resolve(`the font ${isThere ? 'leaves' : 'returns'}`);
      }
      const line = draw.oneOf(LINES);
      const isIn = listed.delete(line) ? false : listed.add(line).has(line);
      writeCorpus();
      return Promise.resolve(`${line} ${isIn ? 'enters' : 'leaves'} the corpus`);
    },
    mend() {
      for (const line of LINES) listed.add(line);
      writeCorpus();
      copyFileSync(join(fonts, 'KhmerOS.ttf'), font);
      return Promise.resolve();
    },
    isSameContent: (a, b) => a.equals(b),
    async close() {
      here.close();
      await setting.close();
    },
  };
}
