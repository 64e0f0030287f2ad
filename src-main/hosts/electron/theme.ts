import type Electron from 'electron';
import type { Engine } from '../../engine/index.ts';

export type ThemePart = Pick<Electron.NativeTheme, 'themeSource'>;

/**
 * What the user chose for the pages holds for what the system draws too: menus, dialogs, the frame of the window and its ground
 * before the page is there.
 *
 * @returns to be called whenever the settings may have changed
 */
export function followTheme(nativeTheme: ThemePart, engine: Pick<Engine, 'currentSettings'>): () => void {
  const follow = (): void => {
    const { theme } = engine.currentSettings();
    // Setting it tells everybody that it was updated, also where it was the same before.
    if (nativeTheme.themeSource !== theme) nativeTheme.themeSource = theme;
  };
  follow();
  return follow;
}
