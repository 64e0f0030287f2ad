import { expect, it } from 'vitest';
import { commandsDocument, readCommandsDocument } from './commands.ts';

it('docs/commands.md is what the command table says (write it anew: node e2e/docs/commands.ts)', async () => {
  expect(await readCommandsDocument()).toBe(commandsDocument());
});
