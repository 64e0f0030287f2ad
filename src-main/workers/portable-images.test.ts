import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';

const SIZE = 48;

interface Drawn {
  readonly pixels: readonly number[];
  readonly png: string;
  /** Files of sharp's libraries in the memory of the process. */
  readonly libraries: boolean;
}

/** A smooth picture, scaled and made into a PNG in a plain Node process of its own. */
async function draw(isPortable: boolean): Promise<Drawn> {
  const script = `
    const { usePortableImages } = await import(${JSON.stringify(join(import.meta.dirname, 'portable-images.ts'))});
    if (${isPortable}) usePortableImages();
    const { default: sharp } = await import('sharp');
    const raw = Buffer.from(Array.from({ length: 96 * 96 * 3 }, (_, i) => Math.round(127 + 100 * Math.sin(i / 700))));
    const png = await sharp(raw, { raw: { width: 96, height: 96, channels: 3 } }).resize(${SIZE}, ${SIZE}).png().toBuffer();
    const pixels = Array.from(await sharp(png).raw().toBuffer());
    const { readFileSync } = await import('node:fs');
    const libraries = readFileSync('/proc/self/maps', 'utf8').includes('libvips-cpp');
    console.log(JSON.stringify({ pixels, png: png.toString('base64'), libraries }));
    process.exit(0);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname, maxBuffer: 1 << 24 });
  return JSON.parse(stdout) as Drawn;
}

/** The package is optional: an installation may be without it. */
function reasonToSkip(): string | undefined {
  if (process.platform !== 'linux') return 'only Linux has this: left out';
  try {
    createRequire(import.meta.url).resolve('@img/sharp-wasm32/package');
    return undefined;
  } catch {
    return '@img/sharp-wasm32 is not installed: left out';
  }
}

const reason = reasonToSkip();
describe.skipIf(reason !== undefined)(`pictures without the library of the system (${reason ?? 'Linux'})`, () => {
  it('are drawn by the WebAssembly build, in the same size and all but the same pixels', async () => {
    const [native, portable] = [await draw(false), await draw(true)];
    expect([native.libraries, portable.libraries], 'libvips is in the one process only').toEqual([true, false]);
    const header = Buffer.from(portable.png, 'base64');
    expect(header.subarray(1, 4).toString('latin1')).toBe('PNG');
    expect([header.readUInt32BE(16), header.readUInt32BE(20)]).toEqual([SIZE, SIZE]);
    expect(portable.pixels).toHaveLength(SIZE * SIZE * 3);
    expect(native.pixels).toHaveLength(portable.pixels.length);
    const furthest = Math.max(...portable.pixels.map((value, at) => Math.abs(value - native.pixels[at]!)));
    expect(furthest, 'in steps of 255').toBeLessThanOrEqual(2);
  }, 60_000);

  it('refuse text, which that build cannot draw, in words', async () => {
    const script = `
      const { usePortableImages } = await import(${JSON.stringify(join(import.meta.dirname, 'portable-images.ts'))});
      usePortableImages();
      const { drawText } = await import(${JSON.stringify(join(import.meta.dirname, '../kinds/image/render.ts'))});
      console.log(JSON.stringify(await drawText('a', { file: '/f.ttf', family: 'F' }, 20).catch(({ code, message, hint }) => ({ code, message, hint }))));
      process.exit(0);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname });
    expect(JSON.parse(stdout)).toEqual({ code: 'NATIVE_MODULE_MISSING', message: 'The portable picture library cannot draw text.', hint: expect.stringContaining('larder generate') });
  }, 60_000);

  it('come with the release of sharp that is installed', async () => {
    const { dependencies, optionalDependencies } = JSON.parse(await readFile(join(import.meta.dirname, '../../package.json'), 'utf8')) as Record<string, Record<string, string>>;
    expect(optionalDependencies!['@img/sharp-wasm32']).toBe(dependencies!['sharp']);
  });
});
