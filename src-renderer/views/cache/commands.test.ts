import { describe, expect, it } from 'vitest';
import { commandFor } from './commands.ts';

describe('the command of an action', () => {
  it('names the config where one is known, else the folder', () => {
    expect(commandFor('fix', { configPath: '/data/my config.yaml', directory: '/cache/71' })).toBe("larder fix --config '/data/my config.yaml'");
    expect(commandFor('verify', { configPath: null, directory: '/cache/71' })).toBe('larder verify --cache /cache/71');
  });

  it('spells every chosen entry out, however many', () => {
    const cache = { configPath: null, directory: '/c' };
    expect(commandFor('clear', cache, ['a', 'b'])).toBe('larder clear --cache /c --only a --only b');
    const keys = Array.from({ length: 500 }, (_, index) => `k${index}`);
    expect(commandFor('clear', cache, keys).split(' --only ').slice(1)).toEqual(keys);
  });
});
