import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ignoresGpuBlocklist } from './graphics-switch.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-graphics-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('a card on the list of faulty ones', () => {
  it.each([
    ['{"ignoreGpuBlocklist": true}', true],
    ['{"workers": 2, "ignoreGpuBlocklist": false}', false],
    ['{"ignoreGpuBlocklist": "true"}', false],
    ['{}', false],
    ['null', false],
    ['{"ignoreGpuBlocklist": tr', false],
  ])('with settings %j: %j', async (text, expected) => {
    const path = join(folder, 'settings.json');
    await writeFile(path, text);
    expect(ignoresGpuBlocklist(path)).toBe(expected);
  });

  it('without settings is not used', () => expect(ignoresGpuBlocklist(join(folder, 'none.json'))).toBe(false));
});
