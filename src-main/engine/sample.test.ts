import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EngineOptions } from './context.ts';
import { Sample } from './sample.ts';

const options = { dataDirectory: 'data', cwd: '/home/ada' } as EngineOptions;
const HASH = '71a83277d45c9b21d998437693007477';

describe('the sample', () => {
  it.each([
    [join('/home/ada/data/sample/cache', HASH), true],
    ['/home/ada/data/sample/cache', false],
    [join('/home/ada/data/sample/cache', HASH, 'images'), false],
    [join('/home/ada/sample/cache', HASH), false],
    [join('/home/ada/data/sample/cache-of-mine', HASH), false],
  ])('%s is a cache of it: %s', (directory, isSample) => {
    expect(new Sample(options).holds(resolve(directory))).toBe(isSample);
  });
});
