import { expect, it, vi } from 'vitest';
import { parseVolumeHeader } from './nifti-header.ts';
import { TooLargeError, VolumeLoader } from './volume-data.ts';

/** A file as `/_data/vol/` gives it: NIfTI-1 offsets from nifti1.h. */
function file(x: number, y: number, z: number): ArrayBuffer {
  const buffer = new ArrayBuffer(352 + 4 * x * y * z);
  const view = new DataView(buffer);
  view.setInt32(0, 348, true);
  [3, x, y, z, 1, 1, 1, 1].forEach((value, i) => view.setInt16(40 + 2 * i, value, true));
  view.setInt16(70, 16, true);
  view.setFloat32(108, 352, true);
  view.setInt16(254, 1, true);
  [-2, 0, 0, 10, 0, -3, 0, 20, 0, 0, 4, -30].forEach((value, i) => view.setFloat32(280 + 4 * i, value, true));
  return buffer;
}

const { signal } = new AbortController();

function server(volume: { bytes: ArrayBuffer; tag: string }) {
  const asked: string[] = [];
  const loader = new VolumeLoader(
    vi.fn(async (_url: unknown, init?: RequestInit) => {
      const range = new Headers(init?.headers).get('range');
      asked.push(range ?? 'whole');
      return new Response(range === null ? volume.bytes : volume.bytes.slice(0, 352), { status: range === null ? 200 : 206, headers: { etag: volume.tag } });
    }) as typeof fetch,
  );
  return { asked, loader };
}

it('reads the header it needs', () => {
  expect(parseVolumeHeader(file(4, 5, 6))).toEqual({ sizes: [4, 5, 6], channels: 1, affine: [-2, 0, 0, 10, 0, -3, 0, 20, 0, 0, 4, -30, 0, 0, 0, 1], bytes: 352 + 480, steps: [1, 1, 1], window: null });
  expect(() => parseVolumeHeader(new ArrayBuffer(100))).toThrow('breaks off');
  expect(() => parseVolumeHeader(new ArrayBuffer(352))).toThrow('another form');
});

it('asks for the header first, and for no more of a volume the graphics cannot take, not even in steps', async () => {
  const { asked, loader } = server({ bytes: file(4, 5, 6), tag: '"a"' });
  await expect(loader.load(1, 'k', 5, signal)).rejects.toBeInstanceOf(TooLargeError);
  expect(asked).toEqual(['bytes=0-351', 'bytes=0-351']);
});

it('takes a volume in steps where the graphics cannot take it whole, and says which', async () => {
  const small = file(2, 3, 3);
  [2, 2, 2].forEach((step, axis) => new DataView(small).setFloat32(56 + 4 * axis, step, true));
  const asked: string[] = [];
  const loader = new VolumeLoader((async (url: string, init?: RequestInit) => {
    asked.push(url);
    const bytes = url.includes('/small/') ? small : file(4, 5, 6);
    return new Response(new Headers(init?.headers).has('range') ? bytes.slice(0, 352) : bytes, { headers: { etag: '"a"' } });
  }) as typeof fetch);
  const { header } = await loader.load(1, 'k', 5, signal);
  expect([header.sizes, header.steps]).toEqual([[2, 3, 3], [2, 2, 2]]);
  expect(asked).toEqual(['/_data/vol/1-k.nii', '/_data/small/1-k.nii', '/_data/small/1-k.nii']);
});

it('keeps what it has loaded until the file is another one', async () => {
  const volume = { bytes: file(4, 5, 6), tag: '"a"' };
  const { asked, loader } = server(volume);
  const first = await loader.load(1, 'k', 100, signal);
  expect((await loader.load(1, 'k', 100, signal)).buffer).toBe(first.buffer);
  expect(asked).toEqual(['bytes=0-351', 'whole', 'bytes=0-351']);
  volume.tag = '"b"';
  expect((await loader.load(1, 'k', 100, signal)).buffer).not.toBe(first.buffer);
});

it('says what the engine said', async () => {
  const loader = new VolumeLoader((async () => new Response('It is cut off.\n', { status: 422 })) as typeof fetch);
  await expect(loader.load(1, 'k', 100, signal)).rejects.toThrow('It is cut off.');
});

/** A server whose whole volumes come when they are let go. */
function slowServer() {
  const bytes = file(4, 5, 6);
  const wholes: { readonly signal: AbortSignal; letGo(): void }[] = [];
  const loader = new VolumeLoader((async (_url: unknown, init?: RequestInit) => {
    const headers = { etag: '"a"' };
    if (new Headers(init?.headers).has('range')) return new Response(bytes.slice(0, 352), { status: 206, headers });
    const { promise, resolve, reject } = Promise.withResolvers<Response>();
    init!.signal!.addEventListener('abort', () => reject(init!.signal!.reason as Error));
    wholes.push({ signal: init!.signal!, letGo: () => resolve(new Response(bytes, { headers })) });
    return await promise;
  }) as typeof fetch);
  return { loader, wholes };
}

it('asks once for a volume that two wait for, also when the first of them goes', async () => {
  const { loader, wholes } = slowServer();
  const goes = new AbortController();
  const first = loader.load(1, 'k', 100, goes.signal);
  const second = loader.load(1, 'k', 100, signal);
  await vi.waitFor(() => expect(wholes).toHaveLength(1));
  // Both are there once their headers have come.
  await new Promise((resolve) => setTimeout(resolve, 20));
  goes.abort(new Error('turned on'));
  await expect(first).rejects.toThrow('turned on');
  expect(wholes[0]!.signal.aborted).toBe(false);
  wholes[0]!.letGo();
  expect((await second).buffer.byteLength).toBe(352 + 480);
  expect(wholes).toHaveLength(1);
});

it('gives up what nobody waits for any more, and asks anew for who comes then', async () => {
  const { loader, wholes } = slowServer();
  const goes = new AbortController();
  const first = loader.load(1, 'k', 100, goes.signal);
  await vi.waitFor(() => expect(wholes).toHaveLength(1));
  goes.abort();
  await expect(first).rejects.toThrow();
  expect(wholes[0]!.signal.aborted).toBe(true);
  const next = loader.load(1, 'k', 100, signal);
  await vi.waitFor(() => expect(wholes).toHaveLength(2));
  wholes[1]!.letGo();
  expect((await next).header.sizes).toEqual([4, 5, 6]);
});
