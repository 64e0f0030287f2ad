import { describe, expect, it } from 'vitest';
import { DEFAULT_SETTINGS } from '../../../src-main/contract/settings.ts';
import { fieldText, parseField, settingCommand } from './values.ts';

describe('fields of settings', () => {
  it('show sizes in GB and take them with a comma', () => {
    expect(fieldText('memoryBytes', 16_500_000_000)).toBe('16.5');
    expect(parseField('memoryBytes', ' 16,5 ', DEFAULT_SETTINGS)).toEqual({ memoryBytes: 16_500_000_000 });
    expect(settingCommand('memoryBytes', '16,5')).toBe('larder settings set memory 16.5GB');
  });

  it('that are empty are the default', () => {
    expect(fieldText('proxy', null)).toBe('');
    expect(parseField('proxy', ' ', DEFAULT_SETTINGS)).toEqual({ proxy: null });
    expect(parseField('previewBytes', '', DEFAULT_SETTINGS)).toEqual({ previewBytes: 2_147_483_648 });
    expect(settingCommand('caFile', '')).toBe('larder settings reset ca-file');
  });

  it.each(['many', '-1', '0', '1e999'])('that say %s are no number', (text) => {
    expect(parseField('workers', text, DEFAULT_SETTINGS)).toBeUndefined();
  });
});
