import { readFile, rm } from 'node:fs/promises';
import type Electron from 'electron';
import type { SecretStore } from '../../engine/index.ts';
import { LarderError, fileError, writeFileAtomic } from '../../base/index.ts';

export type SafeStoragePart = Pick<Electron.SafeStorage, 'decryptStringAsync' | 'encryptStringAsync' | 'getSelectedStorageBackend' | 'isAsyncEncryptionAvailable'>;

export interface SafeStorageOptions {
  readonly safeStorage: SafeStoragePart;
  readonly platform: NodeJS.Platform;
  /** Holds the encrypted token, as base64. */
  readonly path: string;
}

const PLACES: Readonly<Partial<Record<NodeJS.Platform, string>>> = { darwin: 'the keychain of this computer', win32: 'the key store of Windows', linux: 'the keyring of this desktop' };

/** A secret on disk that only the system's key store can read. Linux without a keyring keeps none: its fallback encrypts with a known password. */
export function createSafeStorageSecrets({ safeStorage, platform, path }: SafeStorageOptions): SecretStore {
  const problem = async (): Promise<string | undefined> => {
    if (!(await safeStorage.isAsyncEncryptionAvailable())) return 'The key store of this computer cannot be used now.';
    if (platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text') return 'This desktop has no keyring (such as GNOME Keyring or KWallet).';
    return undefined;
  };
  return {
    place: PLACES[platform] ?? 'the key store of this computer',
    problem,
    async read() {
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      return await safeStorage.decryptStringAsync(Buffer.from(text, 'base64')).then(
        ({ result }) => result,
        () => undefined,
      );
    },
    async write(secret) {
      try {
        if (secret === null) {
          await rm(path, { force: true });
          return;
        }
        const refusal = await problem();
        if (refusal !== undefined) throw new LarderError('PERMISSION_DENIED', refusal, { hint: 'Set HF_TOKEN, or sign in with `hf auth login`.' });
        await writeFileAtomic(path, `${(await safeStorage.encryptStringAsync(secret)).toString('base64')}\n`);
      } catch (error) {
        throw error instanceof LarderError ? error : fileError(error, path, 'keeping the token');
      }
    },
  };
}
