import { existsSync, readdirSync, rmSync, truncateSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULT_VARIABLE, isCounted } from '../campaign/faults/fault.ts';
import type { FaultOrder } from '../campaign/faults/fault.ts';
import { imageScenario } from '../campaign/faults/image-scenarios.ts';
import { noteCalls } from '../campaign/faults/note-calls.ts';
import { HOOK } from '../campaign/faults/run-fault.ts';
import type { Stage } from '../campaign/faults/stage.ts';
import { KHMER_FONTS } from './setting.ts';

const BATCH = 3;

it.skipIf(KHMER_FONTS === undefined).each(['pregenerate', 'pregenerate by two workers', 'fix of images'])('an undisturbed %s makes what the campaign takes it to: with less, it would see nothing', async (name) => {
  const one = await imageScenario(name).open();
  try {
    one.reset();
    await one.start({}).ended;
    expect(one.made().count).toBe(one.made().due);
  } finally {
    await one.close();
  }
});

describe.skipIf(KHMER_FONTS === undefined)('a batch that was drawn and had no names when its process was killed', () => {
  let stage: Stage;
  /** The worker's call that gives the first picture its name. */
  let after: number;
  beforeAll(async () => {
    stage = await imageScenario('pregenerate').open();
    const calls = (await noteCalls(stage)).calls.filter((call) => call.role === 'worker' && isCounted({ kind: 'kill', root: stage.root }, call));
    after = calls.findIndex(({ paths }) => paths.some((path) => path.includes('/pictures/images/') && path.endsWith('.png')) && paths.some((path) => path.includes('/.larder/staging/')));
    expect(after).toBeGreaterThan(0);
  });
  afterAll(() => stage.close());

  /** @returns files that are staged then */
  async function kill(): Promise<string[]> {
    stage.reset();
    const order: FaultOrder = { kind: 'kill', role: 'worker', after, isLasting: false, root: stage.root, hitFile: join(stage.root, 'hit') };
    await stage.start({ NODE_OPTIONS: `--import=${HOOK}`, [FAULT_VARIABLE]: JSON.stringify(order) }).ended;
    expect(stage.look().entries.size).toBe(0);
    const [folder] = readdirSync(staging());
    return readdirSync(join(staging(), folder!)).filter((name) => name !== 'owner.json').map((name) => join(staging(), folder!, name)).sort();
  }

  const staging = (): string => join(stage.project, 'pictures', '.larder', 'staging');

  async function goOn(): Promise<string[]> {
    const [before, cut] = [{ entries: new Map<string, Buffer>(), aside: [], leftovers: [] }, stage.look()];
    expect((await stage.again()).code).toBe(0);
    expect(existsSync(staging())).toBe(false);
    return [...stage.inTheEnd(before, cut, stage.look()), ...stage.madeTwice()];
  }

  it('is not drawn again', async () => {
    expect(await kill()).toHaveLength(2 * BATCH);
    expect(await goOn()).toEqual([]);
  });

  it('is drawn again as far as a power loss left it empty or short, and so that it is seen', async () => {
    const staged = await kill();
    const [first, second] = staged.filter((name) => name.endsWith('.png'));
    truncateSync(first!, 0);
    truncateSync(second!.replace(/png$/, 'json'), 20);
    // The same bytes in the end, two of them made twice: one more than a worker may.
    expect(await goOn()).toEqual(['8 were made in both runs together, and 6 were due: with 1 worker, each at one, at most 7 were to be']);
  });

  it('counts as made twice where it is thrown away, as the campaign must see', async () => {
    for (const path of await kill()) unlinkSync(path);
    expect(await goOn()).toEqual(['9 were made in both runs together, and 6 were due: with 1 worker, each at one, at most 7 were to be']);
    rmSync(staging(), { recursive: true, force: true });
  });
});
