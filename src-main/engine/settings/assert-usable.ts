import { readFile, stat } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import type { Settings } from '../../contract/settings.ts';
import { LarderError, fileError } from '../../base/index.ts';
import { parseEndpoint } from '../../sources/index.ts';
import { SETTINGS_CHANGE_SCHEMA } from './settings-schema.ts';

/**
 * Refuses what could not be obeyed, while the user still sees the field.
 *
 * @throws ARGUMENT_INVALID, CONFIG_INVALID, FILE_NOT_FOUND, PERMISSION_DENIED
 */
export async function assertUsable(change: Partial<Settings>): Promise<void> {
  const parsed = SETTINGS_CHANGE_SCHEMA.safeParse(change);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new LarderError('ARGUMENT_INVALID', `${issue?.path.join('.') || 'The setting'}: ${issue?.message ?? 'has the wrong form'}.`, { hint: 'See `larder settings --help` for what each setting takes.' });
  }
  if (change.endpoint != null) parseEndpoint(change.endpoint);
  if (change.proxy != null) assertProxy(change.proxy);
  if (change.caFile != null) await assertAuthorities(change.caFile);
  if (change.hfHome != null) await assertFolder(change.hfHome);
}

function assertProxy(text: string): void {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) throw new LarderError('ARGUMENT_INVALID', `"${text}" is not the address of a proxy.`, { hint: 'Write it as http://host:port.' });
  if (url.username !== '' || url.password !== '') throw new LarderError('ARGUMENT_INVALID', `The proxy at ${url.host} carries a user name or password, which has no place in a settings file.`, { hint: 'Set HTTPS_PROXY in the environment instead.' });
}

function assertWhole(path: string): void {
  if (!isAbsolute(path)) throw new LarderError('ARGUMENT_INVALID', `${path} is not a whole path.`, { hint: 'Give it from the root of the disk.' });
}

async function assertFolder(path: string): Promise<void> {
  assertWhole(path);
  const facts = await stat(path).catch((error: unknown) => {
    throw fileError(error, path, 'looking at the folder');
  });
  if (!facts.isDirectory()) throw new LarderError('ARGUMENT_INVALID', `${path} is not a folder.`, { hint: 'Give the folder that has `hub` in it.' });
}

async function assertAuthorities(path: string): Promise<void> {
  assertWhole(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(error, path, 'reading the certificate authorities');
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new LarderError('ARGUMENT_INVALID', `${path} holds no certificate.`, { hint: 'Give a PEM file: text with BEGIN CERTIFICATE in it.' });
}
