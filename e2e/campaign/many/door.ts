import { serve } from '../../browser/serve.ts';
import { Page } from '../soak/page.ts';
import { pictureViolations } from './check.ts';
import type { SharedCache } from './shared-cache.ts';

/** Somebody who looks at the cache through the browser door all the while. */
export interface Onlooker {
  readonly violations: readonly string[];
  /** Pictures that were whole. */
  readonly pictures: number;
  /** After the signal. */
  readonly ended: Promise<void>;
}

const PICTURES = ['thumb', 'slices'] as const;
const SHOWN_STATES = new Set(['cached']);

/** Asks for the list and for the pictures of every entry over and over. */
export async function lookThroughTheDoor({ setting, directory, kept, filesOf }: SharedCache, signal: AbortSignal): Promise<Onlooker> {
  const served = await serve({ ...setting.environment }, setting.root);
  const page = new Page(served);
  const violations: string[] = [];
  const keptKeys = new Set(kept.flatMap((item) => filesOf(item)).map((file) => /[0-9a-f]{32}/.exec(file)![0]));
  const onlooker = { violations, pictures: 0, ended: Promise.resolve() };
  await page.enter();
  await page.open();
  const { id: cacheId } = (await page.ask('library.list', {})).find((cache) => cache.directory === directory)!;
  const lookOnce = async (): Promise<void> => {
    await page.ask('cache.refresh', { cacheId });
    const { rows } = await page.ask('cache.items', { cacheId, limit: 50 });
    const shown = new Map(rows.map(({ key, state }) => [key, state]));
    for (const key of keptKeys) if (!SHOWN_STATES.has(shown.get(key) ?? '')) violations.push(`the door lists ${key}, which nobody was told to remove, as ${shown.get(key) ?? 'not there'}`);
    for (const { key } of rows) {
      for (const what of PICTURES) {
        const path = `/_data/${what}/${cacheId}-${key}.png`;
        const answer = await page.fetch(path);
        violations.push(...pictureViolations(path, answer, keptKeys.has(key)));
        if (answer?.status === 200) onlooker.pictures++;
      }
    }
  };
  const look = async (): Promise<void> => {
    try {
      while (!signal.aborted) await lookOnce();
      await page.leave();
    } catch (error) {
      violations.push(`the door: ${error instanceof Error ? error.message : String(error)}`);
    }
    page.close();
    const code = await served.stop();
    if (code !== 0) violations.push(`larder serve ended with ${code}: ${served.said.slice(-5).join(' | ')}`);
  };
  onlooker.ended = look();
  return onlooker;
}
