import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SafeStoragePart } from './safe-storage.ts';
import { createSafeStorageSecrets } from './safe-storage.ts';

/** Reverses the bytes: not a cipher, but not the text either. */
const reversed = (text: string): string => Array.from(text).reverse().join('');
function fakeSafeStorage(change: Partial<SafeStoragePart> = {}): SafeStoragePart {
  return {
    isAsyncEncryptionAvailable: async () => true,
    getSelectedStorageBackend: () => 'gnome_libsecret',
    encryptStringAsync: async (text) => Buffer.from(reversed(text)),
    decryptStringAsync: async (bytes) => ({ shouldReEncrypt: false, result: reversed(bytes.toString()) }),
    ...change,
  };
}

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-secret-'));
  path = join(folder, 'token.enc');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the token on the desktop', () => {
  it('is kept encrypted, read back and forgotten', async () => {
    const secrets = createSafeStorageSecrets({ safeStorage: fakeSafeStorage(), platform: 'darwin', path });
    expect(await secrets.read()).toBeUndefined();
    await secrets.write('hf_secret');
    expect(await readFile(path, 'utf8')).not.toContain('hf_secret');
    expect(await secrets.read()).toBe('hf_secret');
    await secrets.write(null);
    expect(await readdir(folder)).toEqual([]);
  });

  it('is none where the key store cannot open it any more', async () => {
    await createSafeStorageSecrets({ safeStorage: fakeSafeStorage(), platform: 'linux', path }).write('hf_secret');
    const changed = createSafeStorageSecrets({ safeStorage: fakeSafeStorage({ decryptStringAsync: () => Promise.reject(new Error('no key')) }), platform: 'linux', path });
    expect(await changed.read()).toBeUndefined();
  });

  it.each([
    ['Linux has no keyring', { getSelectedStorageBackend: () => 'basic_text' as const }],
    ['the system refuses', { isAsyncEncryptionAvailable: () => Promise.resolve(false) }],
  ])('is not kept where %s', async (_why, change) => {
    const secrets = createSafeStorageSecrets({ safeStorage: fakeSafeStorage(change), platform: 'linux', path });
    expect(await secrets.problem()).toMatch(/\.$/);
    await expect(secrets.write('hf_secret')).rejects.toMatchObject({ code: 'PERMISSION_DENIED' });
    expect(await readdir(folder)).toEqual([]);
  });
});
