/**
 * Writes docs/commands.md from the command table, so that the reference cannot say anything the
 * program does not: `node e2e/docs/commands.ts`. With `--check` it writes nothing and fails where
 * the file is not what it would write.
 */
import { readFile, writeFile } from 'node:fs/promises';
import packageFile from '../../package.json' with { type: 'json' };
import { commandTable } from '../../src-main/hosts/cli/command-table.ts';
import { commandHelp, mainHelp } from '../../src-main/hosts/cli/help.ts';

const DOCUMENT = new URL('../../docs/commands.md', import.meta.url);

const INTRODUCTION = [
  '# Commands',
  '',
  'The help of every command, written by `node e2e/docs/commands.ts` from the command table in',
  '[`src-main/hosts/cli/command-table.ts`](../src-main/hosts/cli/command-table.ts). Change the texts there and run it again.',
  '',
  '**Output.** Results go to stdout, progress and messages to stderr. `--json` puts one JSON object per line on stdout:',
  'commands that run a job print its events (`"type":"entryPublished"`, `"findingFound"`, `"jobProgressed"`, …) and last its result',
  '(`"type":"result"`); commands that look print one object per thing (`"entry"`, `"job"`, `"stats"`, …); an error is `"error"`.',
  'The fields are typed in [`src-main/contract/`](../src-main/contract/).',
  '',
  '**Errors** are one line, `error MESSAGE [CODE]`, and a second one that says what to do. The codes are stable; they are listed in',
  '[`src-main/contract/errors.ts`](../src-main/contract/errors.ts), those of findings, with what each means for training and what',
  '`fix` does about it, in [`src-main/contract/findings.ts`](../src-main/contract/findings.ts).',
];

function fenced(text: string): string[] {
  return ['```text', text, '```'];
}

/** The whole document. Nothing is opened: entries that only running needs are left empty. */
export function commandsDocument(): string {
  const { version } = packageFile;
  const commands = commandTable({ version, workerEntry: '', readerEntry: '', starterEntry: '', demoEntry: '' });
  const sections = commands.flatMap((command) => ['', `## ${command.name}`, '', ...fenced(commandHelp(command))]);
  return [...INTRODUCTION, '', '## larder', '', ...fenced(mainHelp(commands, version)), ...sections, ''].join('\n');
}

/** The document as it is; a checkout on Windows may have other line endings. */
export async function readCommandsDocument(): Promise<string> {
  return (await readFile(DOCUMENT, 'utf8')).replaceAll('\r\n', '\n');
}

/** @returns the exit code: 1 if the document is not what the command table says */
async function main(argv: readonly string[]): Promise<number> {
  const expected = commandsDocument();
  if (!argv.includes('--check')) {
    await writeFile(DOCUMENT, expected);
    return 0;
  }
  const found = await readCommandsDocument();
  if (found === expected) return 0;
  const lines = found.split('\n');
  const line = expected.split('\n').findIndex((text, index) => text !== lines[index]);
  console.error(`docs/commands.md:${line + 1} is not what the command table says. Write it anew: node e2e/docs/commands.ts`);
  return 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
