import { describe, expect, it } from 'vitest';
import { LarderError } from '../../base/index.ts';
import type { DataEngine } from './data-routes.ts';
import { answerData } from './data-routes.ts';

function ask(path: string, document: DataEngine['document'], init: RequestInit = {}): Promise<Response> {
  const other = (): never => {
    throw new Error('not asked for');
  };
  return answerData({ document, listDocument: (id, name) => Promise.resolve([`list ${id} ${name}`]), preview: other, previewFile: other }, new Request(`http://localhost${path}`, init));
}

describe('documents about a cache', () => {
  it('are sent piece by piece, as a file with their name', async () => {
    const response = await ask('/_data/document/7/hash_map.csv', (cacheId, name) => Promise.resolve([`${cacheId},`, name]));
    expect([response.status, response.headers.get('content-disposition'), await response.text()]).toEqual([200, 'attachment; filename="hash_map.csv"', '7,hash_map.csv']);
  });

  it('are of the entries that are meant, which a page says as it does to methods', async () => {
    const said = (query: string): Promise<Response> => ask(`/_data/document/7/cache_info.csv${query}`, (_cacheId, _name, matching) => Promise.resolve([JSON.stringify(matching)]));
    expect(await (await said('')).text()).toBe('{}');
    expect(await (await said(`?matching=${encodeURIComponent('{"states":["cached"],"text":"a b"}')}`)).text()).toBe('{"states":["cached"],"text":"a b"}');
    for (const wrong of ['{', '{"path":"/etc"}', '[]']) expect((await said(`?matching=${encodeURIComponent(wrong)}`)).status, wrong).toBeGreaterThanOrEqual(400);
  });

  it('are not made for a head, and no further for one who has left', async () => {
    const made: number[] = [];
    function* pieces() {
      for (let i = 0; i < 100; i++) {
        made.push(i);
        yield `${i}`;
      }
    }
    expect(await (await ask('/_data/document/7/cache_info.json', () => Promise.resolve(pieces()), { method: 'HEAD' })).text()).toBe('');
    const reader = (await ask('/_data/document/7/cache_info.json', () => Promise.resolve(pieces()))).body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(made).toEqual([0]);
  });

  it('are made of a list that was looked at, by its number', async () => {
    const id = 'a'.repeat(32);
    const none = () => Promise.reject(new Error('no cache'));
    const response = await ask(`/_data/list/${id}/hash_map.json`, none);
    expect([response.headers.get('content-type'), await response.text()]).toEqual(['application/json', `list ${id} hash_map.json`]);
    for (const path of [`/_data/list/${id}/cache_info.json`, '/_data/list/7/hash_map.json', `/_data/list/${id}/../hash_map.json`, `/_data/list/${id}a/hash_map.csv`]) expect((await ask(path, none)).status).toBe(404);
  });

  it.each(['/_data/document/7/../../etc/passwd', '/_data/document/7/hash_map.exe', '/_data/document/x/hash_map.json', '/_data/document/7/%2e%2e%2fhash_map.json'])('are nowhere else: %s', async (path) => {
    expect((await ask(path, () => Promise.resolve(['secret']))).status).toBe(404);
  });

  it('say in words why there is none', async () => {
    const response = await ask('/_data/document/7/hash_map.json', () => Promise.reject(new LarderError('CACHE_NOT_FOUND', 'There is no such cache.', { hint: 'Go back.' })));
    expect([response.status, await response.text()]).toEqual([404, 'There is no such cache. Go back.\n']);
  });
});
