import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesSource } from './byte-source.ts';
import { getItem } from './py-value.ts';
import { readTorchFile } from './read.ts';
import { describeTree } from './tree.ts';
import { verifyTorchFile } from './verify.ts';

/** Files of PyTorch 2.13 and what torch.load reads from them, by e2e/oracle/torch_variants.py. */
interface Variant {
  readonly what: string;
  readonly isStream: boolean;
  readonly values: readonly number[] | null;
  readonly file: string;
}
const { files, members } = JSON.parse(readFileSync(new URL('__fixtures__/variants.json', import.meta.url), 'utf8')) as { files: Variant[]; members: string[][] };
const sourceOf = ({ file }: Variant) => bytesSource(gunzipSync(Buffer.from(file, 'base64')));
const variant = (what: string): Variant => files.find((candidate) => candidate.what === what)!;

describe('what torch.save can be asked for', () => {
  it.each(files.filter(({ isStream }) => !isStream))('$what is sound, and holds what torch.load reads', (found) => {
    const report = verifyTorchFile(sourceOf(found), { level: 'deep' });
    expect(report.error).toBeUndefined();
    const file = readTorchFile(sourceOf(found));
    const image = getItem(file.root, 'image');
    if (found.values === null) return expect(image?.kind).toBe('opaque');
    if (image?.kind !== 'tensor') throw new Error(`the image is read as ${image?.kind}`);
    const bytes = file.readTensor(image);
    const values = image.dtype === 'int32' ? new Int32Array(bytes.buffer, bytes.byteOffset) : new Float32Array(bytes.buffer, bytes.byteOffset);
    expect([...values]).toEqual(found.values);
    if (report.statistics !== undefined) expect(report.statistics).toMatchObject({ min: Math.min(...found.values), max: Math.max(...found.values) });
  });

  it.each(files.filter(({ isStream }) => isStream))('$what is named as such', (found) => {
    expect(verifyTorchFile(sourceOf(found), { level: 'deep' }).error?.code).toBe('legacy-format');
  });

  it('knows every enum that MONAI records transforms with', () => {
    const file = readTorchFile(sourceOf(variant('enums of MONAI')));
    const listed = getItem(file.root, 'members');
    expect(listed?.kind === 'list' && listed.items.map((item) => (item.kind === 'enum' ? [item.className, item.name, item.value] : item))).toEqual(members);
  });

  it('gives the same values in every protocol', () => {
    const values = (protocol: number) => describeTree(readTorchFile(sourceOf(variant(`protocol ${protocol}`))));
    expect(values(1)).toMatchObject({
      items: [
        [{ v: 'image' }, { dtype: 'float32', shape: [2, 3] }],
        [
          { v: 'rest' },
          {
            items: [
              { k: 'bool', v: true },
              { k: 'bool', v: false },
              { k: 'none' },
              { k: 'int', v: 2 ** 40 },
              { k: 'int', v: -(2 ** 40) },
              { k: 'float', v: 1.5 },
              { k: 'str', v: 'ខ' },
              { k: 'bytes', hex: 'ff' },
              { k: 'tuple' },
              { k: 'dict' },
              { k: 'odict' },
            ],
          },
        ],
      ],
    });
    expect([3, 4, 5].map(values)).toEqual([values(1), values(1), values(1)]);
  });
});
