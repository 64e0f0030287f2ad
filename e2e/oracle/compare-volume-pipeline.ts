/**
 * Compares `preprocessVolume` with what e2e/oracle/volume_pipeline.py got from MONAI:
 * `node e2e/oracle/compare-volume-pipeline.ts OUT`. Prints per class the number of cases and the largest
 * error of the values (relative to max(1, largest value)) and of the affine; exits 1 on any difference
 * beyond 1e-5 (one step for the half types) or in shape, strides, sizes, header or failure.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isLarderError } from '../../src-main/base/index.ts';
import type { VolumeDtype } from '../../src-main/kinds/volume/contract.ts';
import { preprocessVolume } from '../../src-main/kinds/volume/preprocess.ts';
import type { PreprocessedVolume } from '../../src-main/kinds/volume/result.ts';

interface OracleCase {
  readonly name: string;
  readonly class: string;
  readonly input: string;
  readonly window: [number, number, number | null, number | null];
  readonly target_spacing: number[];
  readonly shape: number[];
  readonly axcodes: string;
  readonly torch_dtype: VolumeDtype;
  readonly error?: string;
  readonly expected?: Expected;
}

interface Expected {
  readonly shape: number[];
  readonly strides: number[];
  readonly affine: number[][];
  readonly load_affine: number[][];
  readonly sizes: number[][];
  readonly src_affine: number[][];
  readonly original_channel_dim: number | null;
  readonly fields: Record<string, [string, number[], string]>;
}

const STEP: Readonly<Record<VolumeDtype, number>> = { float32: 1e-5, float64: 1e-5, float16: 2 ** -11, bfloat16: 2 ** -8 };

const folder = process.argv[2] ?? '.';
const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, name), 'utf8'));
const worst = new Map<string, { cases: number; failed: number; values: number; affine: number }>();
let differences = 0;

function complain(name: string, what: string, found: unknown, expected: unknown): void {
  differences++;
  console.log(`${name}: ${what}: found ${JSON.stringify(found)}, MONAI has ${JSON.stringify(expected)}`);
}

function floats(volume: PreprocessedVolume): Float32Array {
  const { buffer, byteOffset, byteLength } = volume.data;
  const words = (): Uint16Array => new Uint16Array(buffer, byteOffset, byteLength / 2);
  if (volume.dtype === 'float32') return new Float32Array(buffer, byteOffset, byteLength / 4);
  if (volume.dtype === 'float64') return Float32Array.from(new Float64Array(buffer, byteOffset, byteLength / 8));
  if (volume.dtype === 'bfloat16') return new Float32Array(Uint32Array.from(words(), (word) => word << 16).buffer);
  return Float32Array.from(words(), halfValue);
}

function halfValue(word: number): number {
  const exponent = (word >> 10) & 31;
  const fraction = word & 1023;
  const magnitude = exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15);
  return word & 0x8000 ? -magnitude : magnitude;
}

function largestDifference(found: ArrayLike<number>, expected: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < expected.length; i++) most = Math.max(most, Math.abs(found[i]! - expected[i]!));
  return found.length === expected.length ? most : Infinity;
}

/** Index of element i of the C-order result in data of the given strides. */
function inOrder(values: Float32Array, shape: readonly number[], strides: readonly number[]): Float32Array {
  return values.map((_, i) => {
    let rest = i;
    let at = 0;
    for (let axis = 3; axis >= 0; axis--) {
      at += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return values[at]!;
  });
}

function compareMetadata(test: OracleCase, volume: PreprocessedVolume, expected: Expected): void {
  const same = (what: string, found: unknown, wanted: unknown): void => {
    if (JSON.stringify(found) !== JSON.stringify(wanted)) complain(test.name, what, found, wanted);
  };
  same('shape', volume.shape, expected.shape);
  same('strides', volume.strides, expected.strides);
  same('sizes', [volume.fileSizes, volume.orientedSizes, volume.spacedSizes], expected.sizes);
  same('original_channel_dim', Number.isNaN(volume.originalChannelDim) ? null : volume.originalChannelDim, expected.original_channel_dim);
  for (const field of volume.header) {
    const found = [field.dtype, field.shape, Buffer.from(field.bytes).toString('hex')];
    same(`header ${field.name}`, found, expected.fields[field.name]);
  }
}

async function compare(test: OracleCase): Promise<void> {
  const record = worst.get(test.class) ?? { cases: 0, failed: 0, values: 0, affine: 0 };
  worst.set(test.class, record);
  record.cases++;
  const [aMin, aMax, bMin, bMax] = test.window;
  const input = { path: join(folder, test.input), isGzip: test.input.endsWith('.gz') };
  const parameters = { targetSpacing: test.target_spacing, targetShape: test.shape, aMin, aMax, bMin, bMax, axcodes: test.axcodes, dtype: test.torch_dtype };
  try {
    const volume = await preprocessVolume(input, parameters);
    if (test.expected === undefined) return complain(test.name, 'outcome', 'a result', test.error);
    compareMetadata(test, volume, test.expected);
    const bytes = readFileSync(join(folder, `${test.name}.bin`));
    const wanted = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const error = largestDifference(inOrder(floats(volume), volume.shape, volume.strides), wanted) / scale;
    if (!(error <= STEP[test.torch_dtype])) complain(test.name, 'values', error, 0);
    const affine = Math.max(
      largestDifference(volume.finalAffine, test.expected.affine.flat()),
      largestDifference(volume.originalAffine, test.expected.load_affine.flat()),
      largestDifference(volume.orientedAffine, test.expected.src_affine.flat()),
    );
    if (!(affine <= 1e-9)) complain(test.name, 'affine', affine, 0);
    if (!/16/.test(test.torch_dtype)) record.values = Math.max(record.values, error);
    record.affine = Math.max(record.affine, affine);
  } catch (error) {
    if (!isLarderError(error)) throw error;
    record.failed++;
    if (test.expected !== undefined) complain(test.name, 'outcome', `${error.code}: ${error.message}`, 'a result');
  }
}

for (const name of read('index.json') as string[]) await compare(read(`${name}.json`) as OracleCase);
for (const [name, { cases, failed, values, affine }] of worst) {
  console.log(`${name.padEnd(20)} ${cases} cases, ${failed} fail in both, values ${values.toExponential(1)}, affine ${affine.toExponential(1)}`);
}
console.log(differences === 0 ? 'No differences.' : `${differences} differences.`);
process.exitCode = differences === 0 ? 0 : 1;
