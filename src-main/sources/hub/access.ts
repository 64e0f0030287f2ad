import { z } from 'zod';
import { isLarderError } from '../../base/index.ts';
import type { RefusalContext } from './errors.ts';
import { type HubConnection, askApi } from './hub-client.ts';
import type { RevisionFacts } from './listing.ts';

const whoAmISchema = z.object({
  name: z.string().optional(),
  auth: z
    .object({
      accessToken: z
        .object({ role: z.string().optional(), fineGrained: z.object({ canReadGatedRepos: z.boolean().optional() }).optional() })
        .optional(),
    })
    .optional(),
});

/**
 * Asks the Hub whether files of the dataset may be downloaded. A gated dataset can be listed
 * without access, so this is its own question. When the answer is no, the Hub is asked who we are,
 * so that the sentence names the account and what it is missing.
 *
 * @throws the errors of `refusalError`; SOURCE_UNREACHABLE, CANCELLED
 */
export async function checkHubAccess(hub: HubConnection, revision: () => Promise<RevisionFacts>, signal: AbortSignal): Promise<void> {
  try {
    await askApi(hub, { url: hub.endpoint.authCheck(), signal });
  } catch (error) {
    if (await isMirrorWithoutCheck(error, revision)) return;
    if (hub.token === undefined || !(isLarderError(error, 'SOURCE_GATED') || isLarderError(error, 'SOURCE_NOT_FOUND'))) throw error;
    const context = { ...(await gateOf(revision)), ...(await accountOf(hub, signal)) };
    await askApi(hub, { url: hub.endpoint.authCheck(), signal }, context);
  }
}

/** Some mirrors do not have the question at all; a dataset they show is then taken to be readable, and `fetch` has the last word. */
async function isMirrorWithoutCheck(error: unknown, revision: () => Promise<RevisionFacts>): Promise<boolean> {
  if (!isLarderError(error, 'SOURCE_NOT_FOUND') || error.details?.['status'] !== 404 || error.details['errorCode'] !== undefined) return false;
  await revision();
  return true;
}

async function gateOf(revision: () => Promise<RevisionFacts>): Promise<Partial<RefusalContext>> {
  try {
    const { gated } = await revision();
    return gated === false ? {} : { gated };
  } catch {
    // Only makes the sentence more precise; the refusal itself is reported either way.
    return {};
  }
}

/** @throws TOKEN_INVALID: then that is the real reason */
async function accountOf(hub: HubConnection, signal: AbortSignal): Promise<Partial<RefusalContext>> {
  try {
    const answer = await askApi(hub, { url: hub.endpoint.whoAmI(), signal });
    const { name, auth } = whoAmISchema.parse(answer.json);
    const fineGrained = auth?.accessToken?.role === 'fineGrained' ? auth.accessToken.fineGrained?.canReadGatedRepos : undefined;
    return { ...(name === undefined ? {} : { user: name }), ...(fineGrained === undefined ? {} : { tokenMayReadGated: fineGrained }) };
  } catch (error) {
    if (isLarderError(error, 'TOKEN_INVALID') || isLarderError(error, 'CANCELLED')) throw error;
    return {};
  }
}
