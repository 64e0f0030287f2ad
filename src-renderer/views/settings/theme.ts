import { useEffect } from 'react';
import type { Theme } from '../../../src-main/contract/settings.ts';
import { THEMES } from '../../../src-main/contract/settings.ts';

/** The page remembers the theme, so that it is right before the engine has answered. */
const KEY = 'larder-theme';

export function lastTheme(): Theme {
  try {
    return THEMES.find((theme) => theme === localStorage.getItem(KEY)) ?? 'system';
  } catch {
    // A browser may refuse its storage; the engine tells soon.
    return 'system';
  }
}

export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme'];
  else document.documentElement.dataset['theme'] = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // As above.
  }
}

/** Keeps the page in the theme of the settings, whichever window or command changes it. */
export function useTheme(theme: Theme | undefined): void {
  useEffect(() => {
    if (theme !== undefined) applyTheme(theme);
  }, [theme]);
}
