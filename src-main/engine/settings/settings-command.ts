import { resolve } from 'node:path';
import type { Settings, SettingsAnswer, TokenReference } from '../../contract/settings.ts';
import { LarderError, isLarderError } from '../../base/index.ts';
import { resolveHubSettings } from '../../sources/index.ts';
import { availableCores, availableMemoryBytes } from '../../workers/index.ts';
import type { EngineContext } from '../context.ts';
import { settingsEnvironment, settingsInForce } from './settings-environment.ts';

/** What is set, what counts, and where the token comes from. */
export async function readSettings(context: EngineContext): Promise<SettingsAnswer> {
  const settings = context.settings.current();
  const { token, problem } = await tokenReference(context, settings);
  return {
    settings,
    inForce: settingsInForce(context.environment, settings),
    token,
    dataDirectory: resolve(context.cwd, context.dataDirectory),
    file: resolve(context.cwd, context.settings.path),
    machine: { cores: availableCores(), availableBytes: availableMemoryBytes() },
    problem,
  };
}

export async function changeSettings(context: EngineContext, change: Partial<Settings>): Promise<SettingsAnswer> {
  await context.settings.change(change);
  return await readSettings(context);
}

const TOKEN_MAX = 1_000;

/** @throws ARGUMENT_INVALID where this host keeps no secrets, or it is no token; PERMISSION_DENIED where the key store refuses */
export async function keepToken(context: EngineContext, token: string | null): Promise<SettingsAnswer> {
  if (context.secrets === undefined) throw new LarderError('ARGUMENT_INVALID', 'Only the desktop app keeps a token.', { hint: 'Set HF_TOKEN, or sign in with `hf auth login`.' });
  const secret = token?.trim() ?? null;
  if (secret !== null && (!/^[\x21-\x7e]+$/.test(secret) || secret.length > TOKEN_MAX)) throw new LarderError('ARGUMENT_INVALID', 'This is no token.', { hint: 'A Hugging Face token is one word that begins with hf_.' });
  await context.secrets.write(secret);
  return await readSettings(context);
}

async function tokenReference(context: EngineContext, settings: Settings): Promise<{ readonly token: TokenReference; readonly problem: string | null }> {
  const { secrets } = context;
  const storeProblem = secrets === undefined ? 'Only the desktop app keeps a token.' : ((await secrets.problem()) ?? null);
  const stored = storeProblem === null ? await secrets?.read() : undefined;
  const common = { store: storeProblem === null ? (secrets?.place ?? null) : null, storeProblem, isStored: stored !== undefined };
  try {
    const { tokenOrigin } = await resolveHubSettings(settingsEnvironment(context.environment, settings), stored === undefined ? {} : { storedToken: stored });
    return { token: { from: tokenOrigin ?? null, ...common }, problem: null };
  } catch (error) {
    if (!isLarderError(error)) throw error;
    return { token: { from: null, ...common }, problem: error.message };
  }
}
