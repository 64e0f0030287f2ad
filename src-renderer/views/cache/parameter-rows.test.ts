import { expect, it } from 'vitest';
import { parameterRows } from './parameter-rows.ts';

const SPACING = { name: 'spacing', value: '0.75 mm' };

it('names what differs, and nothing where one side is not known', () => {
  expect(parameterRows({ config: [SPACING], formerConfig: null, folder: [{ name: 'spacing', value: '1.5 mm' }, { name: 'dtype', value: 'float32' }] })).toEqual([
    { name: 'spacing', config: '0.75 mm', folder: '1.5 mm', differs: true },
    { name: 'dtype', config: undefined, folder: 'float32', differs: true },
  ]);
  expect(parameterRows({ config: [SPACING], formerConfig: null, folder: [] })).toEqual([{ name: 'spacing', config: '0.75 mm', folder: undefined, differs: false }]);
  expect(parameterRows({ config: null, formerConfig: null, folder: [SPACING] })).toEqual([{ name: 'spacing', config: undefined, folder: '0.75 mm', differs: false }]);
});

it('compares with a config that was edited since', () => {
  const formerConfig = { path: '/p/config.yaml', directory: '/cache/b', parameters: [{ name: 'spacing', value: '1.5 mm' }] };
  expect(parameterRows({ config: null, formerConfig, folder: [SPACING] })).toEqual([{ name: 'spacing', config: '1.5 mm', folder: '0.75 mm', differs: true }]);
});
