import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { prepareImages } from './prepare-images.ts';

/** The system's GLib, as Electron would have it loaded. */
const SYSTEM_GOBJECT = ['/lib/x86_64-linux-gnu/libgobject-2.0.so.0', '/usr/lib/x86_64-linux-gnu/libgobject-2.0.so.0', '/lib/aarch64-linux-gnu/libgobject-2.0.so.0', '/usr/lib64/libgobject-2.0.so.0'].find((path) => existsSync(path));

/** Thumbnails made in a process that has the system's GLib too. @returns what it said on stderr and how many bytes came out */
async function convert(isPrepared: boolean): Promise<{ readonly stderr: string; readonly bytes: number }> {
  const script = `
    const { prepareImages } = await import(${JSON.stringify(join(import.meta.dirname, 'prepare-images.ts'))});
    if (${isPrepared} && prepareImages(true) === undefined) throw new Error('not prepared');
    const { default: sharp } = await import('sharp');
    let bytes = 0;
    for (let i = 0; i < 8; i++) bytes += (await sharp(Buffer.alloc(64 * 64, i), { raw: { width: 64, height: 64, channels: 1 } }).resize(32).png().toBuffer()).length;
    console.log(bytes);`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: import.meta.dirname, env: { ...process.env, ...(SYSTEM_GOBJECT === undefined ? {} : { LD_PRELOAD: SYSTEM_GOBJECT }) } });
  return { stderr, bytes: Number(stdout) };
}

describe('images under Electron', () => {
  it('are left alone in plain Node and on other systems', () => {
    expect(prepareImages()).toBeUndefined();
    expect(prepareImages(true, 'darwin')).toBeUndefined();
    expect(prepareImages(true, 'win32')).toBeUndefined();
  });

  it.skipIf(process.platform !== 'linux' || SYSTEM_GOBJECT === undefined)(`use the GLib they came with, beside that of the system (${SYSTEM_GOBJECT ?? 'there is none here: left out'})`, async () => {
    const [plain, prepared] = [await convert(false), await convert(true)];
    expect(plain.stderr, 'without it, the two get mixed').toMatch(/GObject|GLib/i);
    expect(prepared.stderr).toBe('');
    expect(prepared.bytes).toBe(plain.bytes);
  });
});
