import { describe, expect, it } from 'vitest';
import type { EntryRepair, RepairKnowledge } from '../kind.ts';
import { imageKey } from './cache-json.ts';
import { findKhmerFonts } from './find-khmer-fonts.ts';
import type { AuditKnowledge } from './repair.ts';
import { planRepairs } from './repair.ts';

const FONTS = findKhmerFonts();
const [TEXT, FONT, HEIGHT] = ['ភាសា', 'fonts/KhmerOS.ttf', 32] as const;
const KEY = imageKey({ text: TEXT, fontPath: FONT, height: HEIGHT });
const NOTHING: AuditKnowledge = { damaged: new Map(), fonts: new Set(), heights: new Set() };
const REASON = { code: 'image-corrupt', message: 'why' };

async function plan(knowledge: Partial<RepairKnowledge>): Promise<EntryRepair[]> {
  const repairs: EntryRepair[] = [];
  const whole: RepairKnowledge = { config: undefined, cwd: '/', isRedrawing: false, unfinished: [], known: () => undefined, ...(FONTS === undefined ? {} : { fontsDirectory: FONTS }), ...knowledge };
  for await (const repair of planRepairs('/nowhere', NOTHING, whole, new AbortController().signal)) repairs.push(repair);
  return repairs;
}

describe.skipIf(FONTS === undefined)('what an earlier repair set aside and did not come to draw again', () => {
  const known: RepairKnowledge['known'] = () => ({ name: TEXT, variant: FONT, shape: [HEIGHT, 50], pixels: null });

  it('is drawn by this one, from what the catalog knows of it', async () => {
    expect(await plan({ unfinished: [{ key: KEY, reason: REASON }], known })).toMatchObject([{ key: KEY, name: TEXT, reason: REASON, aside: [], remake: { key: KEY, name: TEXT, variant: FONT, height: HEIGHT } }]);
  });

  it('is left where nobody knows what it was, which was told then', async () => {
    expect(await plan({ unfinished: [{ key: KEY, reason: REASON }] })).toEqual([]);
    expect(await plan({ known })).toEqual([]);
  });
});
