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

/** Ends the app as a person does: by its menu, or the server with Ctrl-C. */
export async function leave(host: Host): Promise<void> {
  if (!host.capabilities.isDesktop) {
    await host.close();
    return;
  }
  host.quit();
  await host.ended();
}

/** Ends it and starts it again, on what it has kept. */
export async function restart(host: Host, options: HostOptions): Promise<Host> {
  await leave(host);
  return await startHost(options);
}

export { closeChromium };
