import { describe, expect, it } from 'vitest';
import { Access, isLoopback } from './access.ts';

describe('names of the server', () => {
  it('are the loopback ones on loopback, whatever the port and the case', () => {
    const access = new Access('127.0.0.1');
    for (const host of ['127.0.0.1:8080', 'localhost', 'LocalHost:1', '[::1]:65535']) expect(access.isHostAllowed(host), host).toBe(true);
    for (const host of [undefined, '', '10.0.0.1', '[fe80::1]', 'node7', 'localhost.', 'localhost:', 'localhost:123456', 'a b', '127.0.0.1:80:80', '::1', 'user@localhost']) expect(access.isHostAllowed(host), String(host)).toBe(false);
  });

  it('are also the name that was asked for, and beyond loopback bare addresses', () => {
    const access = new Access('Node7.cluster');
    for (const host of ['node7.cluster:80', '10.0.0.7:80', '[fd00::7]', 'localhost']) expect(access.isHostAllowed(host), host).toBe(true);
    for (const host of ['evil.example', '10.0.0.7.evil.example', '999.0.0.1', 'node7.cluster.evil.example']) expect(access.isHostAllowed(host), host).toBe(false);
  });

  it('tells loopback from the rest', () => {
    expect(['127.0.0.1', '::1', 'localhost'].every((host) => isLoopback(host))).toBe(true);
    expect(['0.0.0.0', '::', '192.168.0.1', 'node7'].some((host) => isLoopback(host))).toBe(false);
  });
});

describe('token and cookie', () => {
  it('are different at every start', () => {
    const [a, b] = [new Access('localhost'), new Access('localhost')];
    expect(a.token).not.toBe(b.token);
    const cookieOf = (access: Access): string => access.exchange(access.token)!.split(';')[0]!;
    const [one, other] = [cookieOf(a), cookieOf(b)];
    expect(a.hasSession(one)).toBe(true);
    expect(a.hasSession(other)).toBe(false);
    // Both are sent by a browser that has two servers of one machine open.
    expect(b.hasSession(`${one}; ${other}`)).toBe(true);
  });

  it('do not wear out by wrong guesses', () => {
    const access = new Access('localhost');
    for (const guess of ['', 'x', `${access.token}x`, access.token.slice(1)]) expect(access.exchange(guess)).toBeUndefined();
    expect(access.exchange(access.token)).toBeDefined();
    expect(access.exchange(access.token)).toBeUndefined();
  });
});
