import { describe, expect, it } from 'vitest';
import { doorViolations, memoryViolation, messageViolation } from './check.ts';

const SERVABLE = { pages: new Set(['/', '/assets/index.js']), entries: new Set(['1-abc']) };
const ASKED = { what: 'x', hasSession: true, isFromHere: true, method: 'GET', path: '/' };
const SECRETS = ['the secret', /root:/];
const violations = (asked: Partial<typeof ASKED>, status = 200, body = 'page'): string[] => doorViolations({ ...ASKED, ...asked }, { status, body }, SERVABLE, SECRETS);

it('lets pages and entries of the catalog out, and refusals', () => {
  for (const path of ['/', '/./', '/assets/../', '/assets/index.js', '/_data/vol/1-abc.nii']) expect(violations({ path }), path).toEqual([]);
  expect(violations({ hasSession: false }, 401)).toEqual([]);
  expect(violations({ path: '/etc/passwd' }, 404)).toEqual([]);
});

describe('sees', () => {
  it.each([
    ['a page without a session', { hasSession: false }, 200, 'page'],
    ['a page for another host', { isFromHere: false }, 200, 'page'],
    ['an answer to POST', { method: 'POST' }, 200, 'page'],
    ['a file that is no page', { path: '/etc/passwd' }, 200, 'x'],
    ['an entry nobody knows', { path: '/_data/vol/2-abc.nii' }, 200, 'x'],
    ['a secret', {}, 200, 'has the secret in it'],
    ['a secret in a refusal', {}, 404, 'root:x:0'],
    ['a crash', {}, 500, ''],
    ['a stack', {}, 400, 'Error\n    at open (/a.ts:1:1)'],
  ] as const)('%s', (_, asked, status, body) => {
    expect(violations(asked, status, body).length).toBeGreaterThan(0);
  });

  it('faults, stacks and secrets in messages, and growing memory', () => {
    expect(messageViolation('x', '{"error":{"code":"INTERNAL"}}', SECRETS)).toMatch(/fault/);
    expect(messageViolation('x', '{"message":"at async open"}', SECRETS)).toMatch(/stack/);
    expect(messageViolation('x', '{"message":"the secret"}', SECRETS)).toMatch(/nobody may see/);
    expect(messageViolation('x', '{"ok":true}', SECRETS)).toBeUndefined();
    expect(memoryViolation(100, 180)).toMatch(/from 100 to 180/);
    expect(memoryViolation(100, 120)).toBeUndefined();
  });
});
