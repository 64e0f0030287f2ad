import { expect, test } from 'vitest';
import { createEndpoint, encodePath, normalizeEtag, parseEndpoint } from './endpoint.ts';

const commit = 'a'.repeat(40);

test('addresses of a dataset', () => {
  const endpoint = createEndpoint(parseEndpoint(undefined), 'ns/name');
  expect(endpoint.revision('refs/pr/1').href).toBe('https://huggingface.co/api/datasets/ns/name/revision/refs%2Fpr%2F1');
  expect(endpoint.tree(commit, 'a/b').href).toBe(`https://huggingface.co/api/datasets/ns/name/tree/${commit}/a%2Fb?recursive=true&expand=false`);
  expect(endpoint.tree(commit, '').pathname).toBe(`/api/datasets/ns/name/tree/${commit}`);
  expect(endpoint.pathsInfo(commit).pathname).toBe(`/api/datasets/ns/name/paths-info/${commit}`);
  expect(endpoint.file(commit, 'dataset/a.nii.gz').href).toBe(`https://huggingface.co/datasets/ns/name/resolve/${commit}/dataset/a.nii.gz`);
  expect(endpoint.authCheck().pathname).toBe('/api/datasets/ns/name/auth-check');
});

test('an endpoint below a path keeps it', () => {
  const endpoint = createEndpoint(parseEndpoint('https://mirror.example.org/hf/'), 'name');
  expect(endpoint.file(commit, 'a').href).toBe(`https://mirror.example.org/hf/datasets/name/resolve/${commit}/a`);
  expect(endpoint.rebase(new URL('https://huggingface.co/api/x?cursor=1')).href).toBe('https://mirror.example.org/hf/api/x?cursor=1');
  expect(endpoint.rebase(new URL('https://other.example.org/api/x')).href).toBe('https://other.example.org/api/x');
});

test('paths are encoded segment by segment', () => {
  expect(encodePath('dataset/a b+c%#1.nii.gz')).toBe('dataset/a%20b%2Bc%25%231.nii.gz');
});

test.each([
  ['http://127.0.0.1:8000/x', true],
  ['https://huggingface.co/x', true],
  ['https://hf.co/x', true],
  ['http://huggingface.co/x', false],
  ['https://huggingface.co:444/x', false],
  ['http://127.0.0.1:8001/x', false],
  ['http://localhost:8000/x', false],
  ['https://huggingface.co.example.org/x', false],
  ['https://cas-bridge.xethub.hf.co/x', false],
])('the token may go to %s: %s', (target, expected) => {
  const endpoint = createEndpoint(parseEndpoint('http://127.0.0.1:8000'), 'ns/name');
  expect(endpoint.mayHaveToken(new URL(target))).toBe(expected);
});

test.each(['http://hub.example.org', 'ftp://x', 'no address', 'https://user:pass@hub.example.org'])('the endpoint %s is refused', (text) => {
  expect(() => parseEndpoint(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test.each(['http://127.0.0.1:1', 'http://localhost:1', 'http://[::1]:1', 'https://hub.example.org'])('the endpoint %s is accepted', (text) => {
  expect(parseEndpoint(text).origin).toBe(text);
});

test.each(['', 'a/b/c', '../b', 'a/..', 'a b', 'a--b', 'https://huggingface.co/datasets/a/b', 'a/b?x'])('the id %j is refused', (id) => {
  expect(() => createEndpoint(parseEndpoint(undefined), id)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

test('etags are trimmed of everything around the tag', () => {
  expect(normalizeEtag(' W/"abc" ')).toBe('abc');
  expect(normalizeEtag('"abc"')).toBe('abc');
  expect(normalizeEtag('""')).toBeUndefined();
  expect(normalizeEtag(undefined)).toBeUndefined();
});
