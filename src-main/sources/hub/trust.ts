import { setImmediate as nextTurn } from 'node:timers/promises';
import tls from 'node:tls';
import type { buildConnector } from 'undici';

/** By what is trusted besides: reading some hundred certificates takes as long as a connection, and would be done for each. */
const contexts = new Map<string, tls.SecureContext>();

/** Node's own authorities, the system's, and the extra ones; most of them are in more than one list. */
function makeContext(lists: readonly (readonly string[])[], extra: string): tls.SecureContext {
  const known = new Set(lists.flat());
  const context = tls.createSecureContext({ ca: extra === '' ? [...known] : [...known, extra] });
  contexts.set(extra, context);
  return context;
}

/** @param extra PEM text of further authorities; may be empty */
export function trustNow(extra: string): tls.SecureContext {
  return contexts.get(extra) ?? makeContext([tls.getCACertificates('default'), tls.getCACertificates('system')], extra);
}

/** As `trustNow`, in turns with other work of the process. */
async function trust(extra: string): Promise<tls.SecureContext> {
  const known = contexts.get(extra);
  if (known !== undefined) return known;
  const own = tls.getCACertificates('default');
  await nextTurn();
  const system = tls.getCACertificates('system');
  await nextTurn();
  return contexts.get(extra) ?? makeContext([own, system], extra);
}

/** Connects, over TLS with the authorities of `trustNow`; certificates are read when the first such connection is made. */
export function connectorFor(build: typeof buildConnector, extra: string, timeout: number): buildConnector.connector {
  const plain = build({ timeout });
  let secure: buildConnector.connector | undefined;
  return (options, callback) => {
    if (options.protocol !== 'https:') {
      plain(options, callback);
      return;
    }
    const connect = async (): Promise<void> => {
      try {
        secure ??= build({ timeout, secureContext: await trust(extra) });
        secure(options, callback);
      } catch (error) {
        callback(error instanceof Error ? error : new Error(String(error)), null);
      }
    };
    void connect();
  };
}
