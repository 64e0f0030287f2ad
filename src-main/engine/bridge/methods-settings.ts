import { z } from 'zod';
import type { SettingsMethods } from '../../contract/settings.ts';
import { SETTINGS_CHANGE_SCHEMA } from '../settings/index.ts';
import type { MethodContext, MethodHandlers } from './methods.ts';

const TOKEN_MAX = 1_000;

export const SETTINGS_SCHEMAS: { readonly [K in keyof SettingsMethods]: z.ZodType<SettingsMethods[K]['input']> } = {
  'settings.read': z.strictObject({}),
  'settings.change': SETTINGS_CHANGE_SCHEMA,
  'settings.keepToken': z.strictObject({ token: z.string().min(1).max(TOKEN_MAX).nullable() }),
};

/** What the Settings screen asks and does. */
export function settingsMethods({ engine, onChanged }: MethodContext): Pick<MethodHandlers, keyof SettingsMethods> {
  return {
    'settings.read': () => engine.settings(),
    async 'settings.change'(change) {
      const answer = await engine.changeSettings(change);
      onChanged();
      return answer;
    },
    'settings.keepToken': ({ token }) => engine.keepToken(token),
  };
}
