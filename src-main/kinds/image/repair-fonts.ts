import { join } from 'node:path';
import { isLarderError } from '../../base/index.ts';
import type { RepairKnowledge } from '../kind.ts';
import type { ImageIdentity } from './cache-json.ts';
import { baseName } from './cache-json.ts';
import type { UsableFont } from './fonts.ts';
import { readFontSet, readUsableFont } from './fonts.ts';
import type { ImageItem } from './kind-config.ts';
import { ImageKindConfig, itemOf } from './kind-config.ts';
import { textToDraw } from './text-to-draw.ts';

/** Finds the file of a font that a cache names by its path. */
export interface FontFinder {
  /** Paths under which the config's fonts stand in keys. */
  readonly keyPaths: readonly string[];
  /** What has to be made, or why it cannot be. */
  itemOf(key: string, identity: ImageIdentity): Promise<ImageItem | string>;
}

/** None where the folder is gone: much can be repaired without drawing. */
async function usableFonts(directory: string, prefix: string): Promise<readonly UsableFont[]> {
  try {
    return (await readFontSet(directory, prefix)).usable;
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return [];
  }
}

/** Fonts of the config and of a folder that was named. */
export async function openFontFinder({ config, fontsDirectory }: RepairKnowledge): Promise<FontFinder> {
  const image = config instanceof ImageKindConfig ? config.config : undefined;
  const directory = fontsDirectory ?? image?.fontsDirectory;
  const configured = image === undefined ? [] : await usableFonts(fontsDirectory ?? image.fontsDirectory, image.fontPrefix);
  const found = new Map<string, UsableFont | string>(configured.map((font) => [font.keyPath, font]));
  const find = async (fontPath: string): Promise<UsableFont | string> => {
    if (directory === undefined) return `no folder of fonts is known to draw it in ${fontPath}; give one with --fonts-dir`;
    const font = found.get(fontPath) ?? (await readUsableFont(join(directory, baseName(fontPath)), fontPath));
    found.set(fontPath, font);
    return font;
  };
  return {
    keyPaths: configured.map((font) => font.keyPath),
    async itemOf(key, identity) {
      const font = await find(identity.fontPath);
      if (typeof font === 'string') return font;
      const item = itemOf(identity.text, textToDraw(identity.text), font, identity.height, '');
      return item.refusal?.message ?? { ...item, key };
    },
  };
}
