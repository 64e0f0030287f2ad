import { inject } from 'vitest';
import type { Host, HostName, HostOptions } from './host.ts';
import { startBrowser } from './hosts/browser.ts';
import { startElectron } from './hosts/electron.ts';
import { closeChromium, startStandin } from './hosts/standin.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The project of the suite that runs. */
    readonly host: HostName;
  }
}

const STARTERS: Readonly<Record<HostName, (options: HostOptions) => Promise<Host>>> = { browser: startBrowser, standin: startStandin, electron: startElectron };

/** The door the suite runs through now. */
export const hostName: HostName = inject('host');
export const isDesktop = hostName !== 'browser';

export function startHost(options: HostOptions): Promise<Host> {
  return STARTERS[hostName](options);
}

export { closeChromium };
