import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { networkInterfaces } from 'node:os';

type Interfaces = Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::']);

/**
 * The host part of a link to a server that listens on `host`. "Every address" is none that could be
 * opened from elsewhere, so one of them is named.
 */
export function shownHost(host: string, interfaces: Interfaces = networkInterfaces()): string {
  const address = WILDCARDS.has(host) ? outerAddress(interfaces) : host;
  return isIP(address) === 6 ? `[${address}]` : address;
}

function outerAddress(interfaces: Interfaces): string {
  const outer = Object.values(interfaces).flatMap((addresses) => addresses?.filter((address) => !address.internal) ?? []);
  return (outer.find((address) => address.family === 'IPv4') ?? outer[0])?.address ?? '127.0.0.1';
}
