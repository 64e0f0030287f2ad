import { PassThrough } from 'node:stream';
import { toWire } from '../../../src-main/base/index.ts';
import { createEngine } from '../../../src-main/engine/index.ts';
import { FlagReader, parseArguments } from '../../../src-main/hosts/cli/arguments.ts';
import { commandTable } from '../../../src-main/hosts/cli/command-table.ts';
import { Reporter } from '../../../src-main/hosts/cli/reporter.ts';
import { Terminal } from '../../../src-main/hosts/cli/terminal.ts';
import type { Result } from '../../invariants/setting.ts';
import type { KeptWorkers } from './kept-workers.ts';

export interface Here {
  readonly dataDirectory: string;
  readonly cwd: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workers: KeptWorkers;
}

const NOWHERE = 'a file that no command of a campaign starts';
const OPTIONS = { version: '0.1.0', workerEntry: NOWHERE, readerEntry: NOWHERE, starterEntry: NOWHERE, demoEntry: NOWHERE };

function listen(stream: PassThrough): () => string {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

/**
 * A command of the command line in this process: the same commands on the same engine, without the start of a process.
 * What is told is as on a pipe.
 */
export async function runHere([name, ...words]: readonly string[], { dataDirectory, cwd, environment, workers }: Here): Promise<Result> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const [told, said] = [listen(stdout), listen(stderr)];
  const terminal = new Terminal({ stdin: new PassThrough(), stdout, stderr }, words.includes('--json'));
  const command = commandTable(OPTIONS).find((one) => one.name === name);
  if (command === undefined) throw new Error(`There is no command ${name}.`);
  const { values, positionals } = parseArguments(words, command.flags, command.name);
  const reporter = new Reporter(terminal);
  let engine: ReturnType<typeof createEngine> | undefined;
  const open = (): ReturnType<typeof createEngine> => {
    const opened = createEngine({ dataDirectory, cwd, environment, workerHost: workers, version: OPTIONS.version, isMakingRoom: command.isMakingRoom === true });
    opened.onEvent((event) => reporter.report(event));
    return opened;
  };
  let code: number;
  try {
    code = await command.run({ flags: new FlagReader(values), positionals, terminal, signal: new AbortController().signal, engine: () => Promise.resolve((engine ??= open())) });
  } catch (error) {
    const wire = toWire(error);
    terminal.error(wire);
    if (wire.code === 'INTERNAL' && error instanceof Error) terminal.say(error.stack);
    code = 1;
  } finally {
    engine?.close();
  }
  return { code, signal: null, stdout: told(), stderr: said() };
}
