import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Writes back what earlier steps left in memory, so that no run pays for the one before it. */
export async function settleDisk(): Promise<void> {
  if (process.platform !== 'win32') await promisify(execFile)('sync');
}
