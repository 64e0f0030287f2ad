import { createHubSource, resolveHubSettings } from '../../src-main/sources/index.ts';
import { QUICK } from './setting.ts';

/** Downloads one file in a process of its own, to be killed: `download-child.ts <endpoint> <repo id> <path> <directory>`. */
const [endpoint = '', repoId = '', path = '', directory = ''] = process.argv.slice(2);
const settings = await resolveHubSettings({}, { endpoint, token: 'hf_test', hfCacheDirectories: [] });
const source = createHubSource({ settings, repoId, timings: QUICK });
const { signal } = new AbortController();
const file = (await source.list([path], signal)).files.get(path);
if (file === undefined) throw new Error(`${path} is not listed`);
const fetched = await source.fetch(file, {
  directory,
  signal,
  onProgress: ({ state, bytes }) => {
    if (state === 'receiving' && bytes > 0) process.send?.({ bytes });
  },
});
process.send?.({ path: fetched.path });
await source.close();
process.disconnect();
