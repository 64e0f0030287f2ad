import { describe, expect, it } from 'vitest';
import { PICTURE_ROUTES } from '../../../src-main/engine/bridge/data-routes.ts';
import { DOCUMENT_ROUTES } from '../../../src-main/engine/bridge/document-routes.ts';
import { METHOD_SCHEMAS } from '../../../src-main/engine/bridge/method-schemas.ts';
import type { MethodName } from '../../../src-main/contract/methods.ts';
import { createDraw } from '../draw.ts';
import { doorViolations, memoryViolation, messageViolation, upgradeViolation } from './check.ts';
import { unansweredViolations } from './each-method.ts';
import { drawRequest, drawUpgrade } from './requests.ts';
import { validInput } from './valid.ts';

const FILE = 'f'.repeat(32);
const SERVABLE = { pages: new Set(['/', '/assets/index.js']), entries: new Set(['1-abc', `file-${FILE}`]), documents: new Set(['document/1/hash_map.json']) };
const ASKED = { what: 'x', hasSession: true, isFromHere: true, method: 'GET', path: '/' };
const SECRETS = ['the secret', /root:/];
const violations = (asked: Partial<typeof ASKED>, status = 200, body = 'page'): string[] => doorViolations({ ...ASKED, ...asked }, { status, body }, SERVABLE, SECRETS);

it('lets pages and entries of the catalog out, and refusals', () => {
  for (const path of ['/', '/./', '/assets/../', '/assets/index.js', '/_data/vol/1-abc.nii', '/_data/raw-small/1-abc.nii', `/_data/thumb/file-${FILE}.png`, '/_data/document/1/hash_map.json']) expect(violations({ path }), path).toEqual([]);
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
    ['a file nobody looked at', { path: `/_data/vol/file-${'0'.repeat(32)}.nii` }, 200, 'x'],
    ['a document of another cache', { path: '/_data/document/2/hash_map.json' }, 200, 'x'],
    ['a document of another name', { path: '/_data/document/1/catalog.sqlite' }, 200, 'x'],
    ['a route that there is not', { path: '/_data/img/1-abc.png' }, 200, 'x'],
    ['an entry in another form', { path: '/_data/vol/1-abc.png' }, 200, 'x'],
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

const KNOWN = { port: 1234, origin: 'http://127.0.0.1:1234', cookie: 'larder-1=x', pages: ['/'], entries: ['1-abc', `file-${FILE}`], documents: Object.entries(DOCUMENT_ROUTES).flatMap(([word, names]) => names.map((name) => `${word}/1/${name}`)) };

it('every route of the product is asked for what it has, and by tricks', () => {
  const draw = createDraw(4);
  const paths = Array.from({ length: 6_000 }, () => drawRequest(draw, KNOWN).path);
  for (const [word, { extension }] of Object.entries(PICTURE_ROUTES)) for (const entry of KNOWN.entries) expect(paths, word).toContain(`/_data/${word}/${entry}.${extension}`);
  for (const document of KNOWN.documents) expect(paths).toContain(`/_data/${document}`);
  for (const word of [...Object.keys(PICTURE_ROUTES), ...Object.keys(DOCUMENT_ROUTES)]) expect(paths.some((path) => path.startsWith(`/_data/${word}/..`)), word).toBe(true);
});

it('sees a socket that opened without cookie, origin or host, and a good one that did not', () => {
  expect(upgradeViolation('x', false, 'open')).toMatch(/must not/);
  expect(upgradeViolation('x', true, 403)).toMatch(/403/);
  expect(upgradeViolation('x', false, 403)).toBeUndefined();
  expect(upgradeViolation('x', true, 'open')).toBeUndefined();
  const draw = createDraw(4);
  const upgrades = Array.from({ length: 500 }, () => drawUpgrade(draw, KNOWN));
  expect(upgrades.some(({ isGood }) => isGood)).toBe(true);
  for (const { headers, isGood, path } of upgrades) expect(isGood).toBe(path === '/_socket' && headers['cookie'] === KNOWN.cookie && headers['origin'] === KNOWN.origin && headers['host'] === '127.0.0.1:1234' && headers['sec-fetch-site'] === undefined);
});

it('draws inputs that every method takes, unions and refined ones too', () => {
  const real = { caches: [{ id: 1, directory: '/cache', keys: ['a'.repeat(32)], quarantined: ['q1'] }], jobIds: ['j1'], configIds: ['c1'], paths: ['/project/config.yaml'], names: ['a.csv'] };
  const draw = createDraw(5);
  for (const method of Object.keys(METHOD_SCHEMAS) as MethodName[]) {
    const taken = Array.from({ length: 40 }, () => METHOD_SCHEMAS[method].safeParse(validInput(method, real, draw))).filter(({ success }) => success);
    expect(taken.length, method).toBeGreaterThan(20);
  }
  expect(Array.from({ length: 40 }, () => JSON.stringify(validInput('quarantine.restore', real, draw)))).toEqual(expect.arrayContaining([expect.stringContaining('"q1"'), expect.stringContaining('"all":true'), expect.stringContaining('"j1"')]));
});

it('sees a method that was never answered well', () => {
  expect(unansweredViolations(new Map([['app.info', 1], ['settings.keepToken', 0]]))).toEqual([]);
  expect(unansweredViolations(new Map([['app.info', 0]]))).toEqual([expect.stringContaining('app.info')]);
});
