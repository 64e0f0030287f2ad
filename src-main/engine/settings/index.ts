export type { SecretStore } from './secret-store.ts';
export { changeSettings, keepToken, readSettings } from './settings-command.ts';
export { settingsEnvironment } from './settings-environment.ts';
export { SETTINGS_CHANGE_SCHEMA } from './settings-schema.ts';
export { SettingsStore } from './settings-store.ts';
