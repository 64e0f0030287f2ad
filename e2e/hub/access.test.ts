import { expect, test } from 'vitest';
import { stopsTheBatch } from '../../src-main/sources/index.ts';
import { type Setting, type SettingOptions, TOKEN, createSetting, sampleBytes } from './setting.ts';

const PATH = 'dataset/a.nii.gz';
const files = [{ path: PATH, content: sampleBytes(1000) }];
const gatedAuto = { kind: 'gated', mode: 'auto', granted: [] } as const;
const accounts = { [TOKEN]: { name: 'ada' } };

async function refusalOf(setting: Setting): Promise<unknown> {
  return setting.source.checkAccess(setting.signal).catch((error: unknown) => error);
}

async function expectRefusal(options: SettingOptions, expected: Readonly<Record<string, unknown>>): Promise<void> {
  await using setting = await createSetting({ files, ...options });
  const failure = await refusalOf(setting);
  expect(failure).toMatchObject(expected);
  expect(stopsTheBatch(failure)).toBe(true);
  const asked = setting.double.requests.map((entry) => entry.path);
  expect(asked.filter((path) => path.endsWith('/auth-check')).length).toBeLessThanOrEqual(2);
}

const ANONYMOUS = { token: '' };

test('gated, no token', async () => {
  await expectRefusal(
    { access: gatedAuto, settings: ANONYMOUS },
    { code: 'SOURCE_GATED', message: 'larder/volumes is a gated dataset and no Hugging Face token was sent.', hint: expect.stringContaining('HF_TOKEN') },
  );
});

test('gated, terms not accepted by this account', async () => {
  await expectRefusal(
    { access: gatedAuto, accounts },
    { code: 'SOURCE_GATED', message: 'Your account ada has not accepted the terms of larder/volumes.', hint: expect.stringContaining('Access is usually immediate.') },
  );
});

test('gated, waiting for the authors', async () => {
  await expectRefusal(
    { access: { kind: 'gated', mode: 'manual', granted: [] }, accounts },
    { code: 'SOURCE_GATED', message: expect.stringContaining('approve each request by hand'), hint: expect.stringContaining('run the command again then') },
  );
});

test('gated, and a fine-grained token without the right', async () => {
  await expectRefusal(
    { access: gatedAuto, accounts: { [TOKEN]: { name: 'ada', canReadGatedRepos: false } } },
    { code: 'SOURCE_FORBIDDEN', hint: expect.stringContaining("Edit the token's permissions or use a read token") },
  );
});

test('a token nobody has', async () => {
  await expectRefusal(
    { accounts: { hf_other: { name: 'bob' } } },
    { code: 'TOKEN_INVALID', message: 'Hugging Face rejected the token. It may be expired or revoked.', hint: expect.stringContaining('hf auth login') },
  );
});

test('private, with and without an account', async () => {
  const access = { kind: 'private', granted: [] } as const;
  await expectRefusal({ access, accounts }, { code: 'SOURCE_NOT_FOUND', message: 'No dataset larder/volumes is visible to ada.' });
  await expectRefusal({ access, settings: ANONYMOUS }, { code: 'SOURCE_NOT_FOUND', message: 'No dataset larder/volumes is visible to an anonymous user.' });
});

test('disabled', async () => {
  await expectRefusal({ access: { kind: 'disabled' } }, { code: 'SOURCE_DISABLED', message: 'Hugging Face has disabled larder/volumes.' });
});

test('a company proxy answers', async () => {
  await using setting = await createSetting({ files });
  const headers = { 'content-type': 'text/html' };
  for (const status of [401, 403]) {
    setting.double.failHub('auth-check', { attempts: [], afterwards: { kind: 'status', status, headers, body: '<html>blocked</html>' } });
    expect(await refusalOf(setting)).toMatchObject({ code: 'PROXY_ANSWERED', message: 'A proxy on your network answered instead of Hugging Face.' });
  }
  setting.double.failHub('auth-check', { attempts: [{ kind: 'captive-portal' }, { kind: 'captive-portal', redirect: true }] });
  expect(await refusalOf(setting)).toMatchObject({ code: 'PROXY_ANSWERED' });
  expect(await refusalOf(setting)).toMatchObject({ code: 'PROXY_ANSWERED' });
});

test('an unknown dataset and an unknown revision', async () => {
  await using setting = await createSetting({ files });
  const other = await setting.newSource({}, { repoId: 'no/such' });
  await expect(other.list([PATH], setting.signal)).rejects.toMatchObject({ code: 'SOURCE_NOT_FOUND' });
  const revision = await setting.newSource({}, { revision: 'refs/pr/1' });
  await expect(revision.list([PATH], setting.signal)).rejects.toMatchObject({ code: 'REVISION_NOT_FOUND', message: 'larder/volumes has no revision refs/pr/1.' });
  expect(setting.double.requests.at(-1)?.path).toBe('/api/datasets/larder/volumes/revision/refs%2Fpr%2F1');
});

test('a gated dataset is listed without access; the gate shows before the first download, and at it', async () => {
  await using setting = await createSetting({ files, access: gatedAuto, accounts });
  const file = await setting.find(PATH);
  expect(file.sizeBytes).toBe(1000);
  expect(await refusalOf(setting)).toMatchObject({ code: 'SOURCE_GATED' });
  setting.double.clearRequests();
  await expect(setting.source.fetch(file, { directory: setting.directory, signal: setting.signal })).rejects.toMatchObject({ code: 'SOURCE_GATED' });
  // A refusal is never retried by itself.
  expect(setting.double.requests).toHaveLength(1);
  setting.double.setAccess({ kind: 'gated', mode: 'auto', granted: [TOKEN] });
  await setting.source.checkAccess(setting.signal);
  await setting.source.fetch(file, { directory: setting.directory, signal: setting.signal });
});

test('a file that vanished from the commit is missing, and only it', async () => {
  await using setting = await createSetting({ files });
  const file = await setting.find(PATH);
  const failure = await setting.source.fetch({ ...file, path: 'dataset/b.nii.gz' }, { directory: setting.directory, signal: setting.signal }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'SOURCE_MISSING', message: expect.stringContaining('dataset/b.nii.gz is not in larder/volumes') });
  expect(stopsTheBatch(failure)).toBe(false);
});

test('a mirror without the access question is taken at its listing', async () => {
  await using setting = await createSetting({ files });
  setting.double.failHub('auth-check', { attempts: [], afterwards: { kind: 'status', status: 404 } });
  await setting.source.checkAccess(setting.signal);
  expect(setting.double.requests.map((entry) => entry.path).at(-1)).toContain('/revision/main');
});

test('neither token nor signature shows in any error or event', async () => {
  await using setting = await createSetting({ files, source: { timings: { tries: 2 } } });
  setting.double.failStorage(PATH, { attempts: [], afterwards: { kind: 'status', status: 403 } });
  const failure = await setting.fetch(PATH).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  const shown = JSON.stringify([failure, String(failure), String((failure as Error).cause), setting.events]);
  expect(shown).not.toContain(TOKEN);
  expect(shown).not.toContain('Signature');
});
