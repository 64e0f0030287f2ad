import type { SettingInForce, SettingOfEnvironment, Settings } from '../../contract/settings.ts';
import type { Environment } from '../context.ts';
import { hfHomeDirectory } from '../../sources/index.ts';

const PROXY_NAMES = ['HTTPS_PROXY', 'HTTP_PROXY'] as const;
export const CA_NAMES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE'] as const;

function valueOf(environment: Environment, name: string): string {
  return environment[name.toLowerCase()] || environment[name] || '';
}

/**
 * The environment with the settings behind it: each counts only where no variable says otherwise, so
 * that a script that sets variables does the same on every machine.
 */
export function settingsEnvironment(environment: Environment, settings: Settings): Environment {
  const added: Record<string, string> = {};
  if (settings.endpoint !== null && !environment['HF_ENDPOINT']) added['HF_ENDPOINT'] = settings.endpoint;
  if (settings.caFile !== null && !CA_NAMES.some((name) => environment[name])) added['NODE_EXTRA_CA_CERTS'] = settings.caFile;
  if (settings.hfHome !== null && !environment['HF_HOME']) added['HF_HOME'] = settings.hfHome;
  // In lower case, which wins over an empty variable in capitals.
  if (settings.proxy !== null && valueOf(environment, 'ALL_PROXY') === '') for (const name of PROXY_NAMES) if (valueOf(environment, name) === '') added[name.toLowerCase()] = settings.proxy;
  return { ...environment, ...added };
}

/** Who decides about each, and what. A password in a proxy's address is not shown. */
export function settingsInForce(environment: Environment, settings: Settings): Readonly<Record<SettingOfEnvironment, SettingInForce>> {
  const pick = (names: readonly string[], own: string | null, otherwise: string | null): SettingInForce => {
    const name = names.find((candidate) => environment[candidate]);
    if (name !== undefined) return { value: hidePassword(environment[name]!), from: name };
    return own === null ? { value: otherwise, from: 'default' } : { value: own, from: 'settings' };
  };
  return {
    endpoint: pick(['HF_ENDPOINT'], settings.endpoint, 'https://huggingface.co'),
    proxy: pick(['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'], settings.proxy, null),
    caFile: pick(CA_NAMES, settings.caFile, null),
    hfHome: pick(['HF_HOME'], settings.hfHome, hfHomeDirectory(environment)),
  };
}

function hidePassword(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@');
}
