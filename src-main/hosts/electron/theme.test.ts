import { expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../contract/settings.ts';
import { followTheme } from './theme.ts';

it('what the system draws has the theme of the settings, at the start and after every change', () => {
  const told: string[] = [];
  let source: 'system' | 'dark' | 'light' = 'system';
  const nativeTheme = {
    get themeSource() {
      return source;
    },
    set themeSource(theme) {
      told.push((source = theme));
    },
  };
  let theme: 'system' | 'dark' | 'light' = 'dark';
  const follow = followTheme(nativeTheme, { currentSettings: () => ({ ...DEFAULT_SETTINGS, theme }) });
  expect(told).toEqual(['dark']);
  follow();
  expect(told).toEqual(['dark']);
  theme = 'system';
  follow();
  expect(told).toEqual(['dark', 'system']);
});
