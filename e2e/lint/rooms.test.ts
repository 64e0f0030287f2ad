import { join } from 'node:path';
import { expect, it } from 'vitest';
import { findViolations, importsOf, readSources } from './rooms.ts';

it('finds every form of import', () => {
  expect(importsOf("import a from './a.ts';\nimport type { B } from './b.ts';\nexport * from './c.ts';\nconst d = await import('./d.ts');\nimport {\n  e,\n} from './e.ts';")).toEqual(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts']);
});

it.each([
  ['src-main/store/x.ts', "import { a } from '../catalog/index.ts';", 'store may not import catalog'],
  ['src-main/formats/torch/x.ts', "import { a } from '../../store/index.ts';", 'formats may not import store'],
  ['src-main/engine/x.ts', "import { a } from '../store/layout.ts';", 'enters store past its index.ts'],
  ['src-main/engine/x.ts', "import { app } from 'electron/main';", 'only hosts/electron and the preload import electron'],
  ['src-main/pipeline/x.ts', "import { a } from '../hosts/cli/run.ts';", 'pipeline may not import hosts/cli'],
  ['src-main/kinds/image/x.ts', "import { a } from '../volume/keys.ts';", 'reaches into a kind past its door'],
  ['src-main/contract/x.ts', "import { a } from '../base/index.ts';", 'contract may not import base'],
  ['src-renderer/views/x.tsx', "import { a } from '../../src-main/engine/index.ts';", "the page sees only contract/ and a kind's contract.ts"],
  ['src-renderer/ui/x.tsx', "import { a } from '../state/store.ts';", 'ui may not import state'],
  ['src-preload/index.ts', "import { a } from '../src-main/engine/index.ts';", 'the preload sees only contract/'],
])('%s: %s', (path, text, violation) => {
  expect(findViolations([{ path, text }])).toEqual([expect.stringContaining(violation)]);
});

it('lets imports point down, through the door', () => {
  const good = [
    { path: 'src-main/engine/x.ts', text: "import { a } from '../store/index.ts';\nimport type { B } from '../contract/errors.ts';" },
    { path: 'src-main/hosts/electron/x.ts', text: "import { app } from 'electron/main';" },
    { path: 'src-renderer/views/x.tsx', text: "import type { A } from '../../src-main/contract/index.ts';" },
    { path: 'src-main/store/x.test.ts', text: "import { a } from '../catalog/index.ts';" },
  ];
  expect(findViolations(good)).toEqual([]);
});

it('holds for the whole house', () => {
  expect(findViolations(readSources(join(import.meta.dirname, '..', '..')))).toEqual([]);
});
