import { homedir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dataDirectory } from './index.ts';

describe.skipIf(process.platform === 'win32' || process.platform === 'darwin')('the data folder', () => {
  it.each([
    [{}, join(homedir(), '.local/share/larder')],
    [{ XDG_DATA_HOME: '/data' }, '/data/larder'],
    // By the XDG specification both are as good as not set; taken at their word they would put a catalog into every working directory.
    [{ XDG_DATA_HOME: '' }, join(homedir(), '.local/share/larder')],
    [{ XDG_DATA_HOME: 'data' }, join(homedir(), '.local/share/larder')],
    [{ LARDER_DATA_DIR: '/own', XDG_DATA_HOME: '/data' }, '/own'],
    [{ LARDER_DATA_DIR: '', XDG_DATA_HOME: '/data' }, '/data/larder'],
  ])('with %j is %s', (environment, expected) => {
    expect(dataDirectory(environment)).toBe(expected);
  });
});
