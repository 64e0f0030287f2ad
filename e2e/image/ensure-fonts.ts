import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { findKhmerFonts } from '../../src-main/kinds/image/find-khmer-fonts.ts';

const INSTALL_LIMIT_MS = 300_000;

/**
 * The fonts that lines of text are drawn with in tests. Only as root on a system with apt, which in
 * practice is a container of a CI, they are installed; elsewhere the tests that need them say that
 * they are left out. Runs before the tests.
 */
export default async function ensureFonts(): Promise<void> {
  if (findKhmerFonts() !== undefined || process.platform !== 'linux' || process.getuid?.() !== 0) return;
  console.log('No Khmer OS fonts here: installing the package `fonts-khmeros` with apt-get for these tests.');
  const options = { timeout: INSTALL_LIMIT_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  try {
    await promisify(execFile)('apt-get', ['update', '-q'], options);
    await promisify(execFile)('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'fonts-khmeros'], options);
  } catch (error) {
    console.log(`The fonts could not be installed (${String(error).split('\n')[0]}); tests that draw text are left out.`);
  }
}
