import { describe, expect, it } from 'vitest';
import type { Engine } from '../../../engine/index.ts';
import { FlagReader, parseArguments } from '../arguments.ts';
import type { CommandContext } from '../command.ts';
import { clearCommand, quarantineCommand } from './remove.ts';

interface Asked {
  readonly ids: readonly string[];
  readonly all?: boolean;
}

describe('clear', () => {
  it.each([[[], 2], [['--yes'], undefined]])('that asks (%j) removes no more than it asked about', async (words, agreed) => {
    const asked: object[] = [];
    const { values, positionals } = parseArguments(['--cache', '/cache', '--delete', ...words], clearCommand.flags, 'clear');
    const engine = {
      previewClear: async () => ({ directory: '/cache', count: 2, bytes: 20, names: ['a', 'b'], remakeSeconds: null, remakeDownloadBytes: 0, notRemade: 0 }),
      clear: async (request: object) => {
        asked.push(request);
        return { directory: '/cache', count: 2, bytes: 20, quarantined: false };
      },
    };
    const terminal = { isJson: false, say: () => undefined, result: () => undefined, confirm: async () => true };
    const context = { flags: new FlagReader(values), positionals, terminal, signal: new AbortController().signal, engine: async () => engine as unknown as Engine };
    expect(await clearCommand.run(context as unknown as CommandContext)).toBe(0);
    expect(asked).toEqual([expect.objectContaining({ cache: '/cache', delete: true, ...(agreed === undefined ? {} : { agreed }) })]);
    expect('agreed' in asked[0]!).toBe(agreed !== undefined);
  });
});

/** Runs the command over a quarantine of two files, to which a third comes while the user is asked. */
async function purged(...words: readonly string[]): Promise<{ readonly asked: readonly Asked[]; readonly questions: readonly string[] }> {
  const asked: Asked[] = [];
  const questions: string[] = [];
  const { values, positionals } = parseArguments(['purge', '--cache', '/cache', ...words], quarantineCommand.flags, 'quarantine');
  const engine = {
    quarantineList: async () => ['a', 'b'].map((id) => ({ id, sizeBytes: 10 })),
    quarantinePurge: async (request: Asked) => {
      asked.push(request);
      return [];
    },
  };
  const terminal = { isJson: false, say: () => undefined, result: () => undefined, confirm: async (question: string) => questions.push(question) > 0 };
  const context = { flags: new FlagReader(values), positionals, terminal, signal: new AbortController().signal, engine: async () => engine as unknown as Engine };
  expect(await quarantineCommand.run(context as unknown as CommandContext)).toBe(0);
  return { asked, questions };
}

describe('quarantine purge --all', () => {
  it('deletes what the user was asked about, and not what has come to the quarantine since', async () => {
    const { asked, questions } = await purged('--all');
    expect(questions).toEqual([expect.stringContaining('Delete 2 quarantined files (20 B)')]);
    expect(asked).toMatchObject([{ ids: ['a', 'b'], all: false }]);
  });

  it('without asking deletes all there is', async () => {
    expect((await purged('--all', '--yes')).asked).toMatchObject([{ all: true }]);
  });
});
