import type { NetworkInterfaceInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { shownHost } from './shown-host.ts';

function address(address: string, family: 'IPv4' | 'IPv6', internal: boolean): NetworkInterfaceInfo {
  const rest = { address, internal, mac: '00:00:00:00:00:00', netmask: '', cidr: null };
  return family === 'IPv4' ? { ...rest, family } : { ...rest, family, scopeid: 0 };
}

describe('the host of the link', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1'],
    ['node7', 'node7'],
    ['::1', '[::1]'],
  ])('of %s is %s', (host, shown) => expect(shownHost(host, {})).toBe(shown));

  it('is an address of this machine where it listens on all of them', () => {
    const interfaces = { lo: [address('127.0.0.1', 'IPv4', true)], eth0: [address('fd00::7', 'IPv6', false), address('10.0.0.7', 'IPv4', false)] };
    expect(shownHost('0.0.0.0', interfaces)).toBe('10.0.0.7');
    expect(shownHost('::', { eth0: [address('fd00::7', 'IPv6', false)] })).toBe('[fd00::7]');
    expect(shownHost('0.0.0.0', { lo: [address('127.0.0.1', 'IPv4', true)] })).toBe('127.0.0.1');
  });
});
