import type { Theme } from '../../../src-main/contract/settings.ts';
import { call } from '../../state/index.ts';
import { applyTheme } from './theme.ts';

/** Parts of the Settings screen, by the ids of their headings. */
export const SETTINGS_SECTIONS = [
  { id: 'settings-network', title: 'Network', note: 'endpoint, proxy, certificates, token' },
  { id: 'settings-work', title: 'Work', note: 'workers, memory' },
  { id: 'settings-folders', title: 'Folders', note: 'data, Hugging Face, previews' },
  { id: 'settings-appearance', title: 'Appearance', note: 'theme' },
  { id: 'settings-diagnostics', title: 'Diagnostics', note: 'versions and graphics, to copy into a report' },
] as const;

export type SettingsSection = (typeof SETTINGS_SECTIONS)[number]['id'];

/** The screen reads the settings before it shows them. */
const SHOWN_WITHIN_MS = 3_000;

/** Goes to a part of the Settings, with the focus on its first field. */
export function goToSection(id: SettingsSection): void {
  location.hash = '#/settings';
  const until = performance.now() + SHOWN_WITHIN_MS;
  const look = (): void => {
    const section = document.getElementById(id)?.parentElement;
    if (section != null) {
      section.scrollIntoView({ block: 'start' });
      section.querySelector<HTMLElement>('input:checked, input:not([type=radio]), button')?.focus();
    } else if (performance.now() < until) requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

export async function changeTheme(theme: Theme): Promise<void> {
  const { settings } = await call('settings.change', { theme });
  applyTheme(settings.theme);
}
