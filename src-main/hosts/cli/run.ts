import type { ErrorCode } from '../../contract/errors.ts';
import { EXIT } from '../../contract/errors.ts';
import { LarderError, isCancelled, isLarderError, toWire } from '../../base/index.ts';
import { createEngine, dataDirectory } from '../../engine/index.ts';
import type { Engine } from '../../engine/index.ts';
import type { WorkerHost } from '../../workers/index.ts';
import { createNodeWorkerHost, createStarterHost } from '../../workers/index.ts';
import { FlagReader, assertNoFurtherWords, nearest, parseArguments } from './arguments.ts';
import type { Command, CommandContext } from './command.ts';
import { commandTable } from './command-table.ts';
import { sampleStarter } from './commands/demo.ts';
import type { CommandLineOptions } from './command-table.ts';
import { faultText } from './fault.ts';
import { commandHelp, mainHelp } from './help.ts';
import type { OutputWatch } from './output-watch.ts';
import { watchOutput } from './output-watch.ts';
import { Reporter } from './reporter.ts';
import { Terminal } from './terminal.ts';

/** Exit codes of errors; everything not named is a failure of the work itself. */
const EXIT_OF: Partial<Record<ErrorCode, number>> = {
  ARGUMENT_INVALID: EXIT.usage,
  CONFIG_INVALID: EXIT.usage,
  CONFIG_UNREADABLE: EXIT.usage,
  CONFIG_CHANGED: EXIT.refused,
  LIST_INVALID: EXIT.usage,
  CORPUS_INVALID: EXIT.usage,
  FONT_INVALID: EXIT.usage,
  CACHE_NOT_FOUND: EXIT.usage,
  CACHE_FOREIGN: EXIT.usage,
  CACHE_NOT_SAMPLE: EXIT.refused,
  ENTRY_NOT_FOUND: EXIT.usage,
  JOB_NOT_FOUND: EXIT.usage,
  FILE_NOT_FOUND: EXIT.usage,
  RUNTIME_TOO_OLD: EXIT.usage,
  NATIVE_MODULE_MISSING: EXIT.usage,
  CONFIRMATION_NEEDED: EXIT.usage,
  DISK_WOULD_NOT_FIT: EXIT.refused,
  DISK_FULL: EXIT.refused,
  CACHE_IN_USE: EXIT.refused,
  LOCK_LOST: EXIT.refused,
  ENTRY_EXISTS: EXIT.refused,
  SOURCE_GATED: EXIT.refused,
  SOURCE_FORBIDDEN: EXIT.refused,
  SOURCE_DISABLED: EXIT.refused,
  TOKEN_INVALID: EXIT.refused,
  PERMISSION_DENIED: EXIT.refused,
  READ_ONLY: EXIT.refused,
  PATH_REFUSED: EXIT.refused,
  CATALOG_TOO_NEW: EXIT.refused,
  CANCELLED: EXIT.cancelled,
};

function findCommand(name: string, commands: readonly Command[]): Command {
  const command = commands.find((candidate) => candidate.name === name || candidate.aliases?.includes(name));
  if (command !== undefined) return command;
  const meant = nearest(name, commands.map((candidate) => candidate.name));
  throw new LarderError('ARGUMENT_INVALID', `There is no command "${name}".`, { hint: meant === undefined ? 'See `larder --help`.' : `Did you mean \`larder ${meant}\`? See \`larder --help\`.` });
}

/** @returns the exit code; every error has been told by then */
export async function runCommandLine(argv: readonly string[], options: CommandLineOptions): Promise<number> {
  const terminal = new Terminal(process, argv.includes('--json'));
  const output = watchOutput(process);
  const code = await runWords(argv, options, terminal, output);
  const trouble = await output.flushed();
  if (trouble === undefined) return code;
  // In words also with --json: stdout is what cannot be written.
  const told = tell(trouble, new Terminal(process, false));
  return code === EXIT.ok ? told : code;
}

async function runWords(argv: readonly string[], options: CommandLineOptions, terminal: Terminal, output: OutputWatch): Promise<number> {
  try {
    const commands = commandTable(options);
    const [name, ...rest] = argv;
    if (name === '--version' || name === '-V') {
      terminal.result(options.version);
      return EXIT.ok;
    }
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      const about = rest[0];
      terminal.result(about === undefined ? mainHelp(commands, options.version) : commandHelp(findCommand(about, commands)));
      return EXIT.ok;
    }
    const command = findCommand(name, commands);
    if (rest.includes('--help') || rest.includes('-h')) {
      terminal.result(commandHelp(command));
      return EXIT.ok;
    }
    return await runOne(command, rest, options, terminal, output);
  } catch (error) {
    return tell(error, terminal);
  }
}

async function runOne(command: Command, argv: readonly string[], options: CommandLineOptions, terminal: Terminal, output: OutputWatch): Promise<number> {
  assertStandsSomewhere();
  const parsed = parseArguments(argv, command.flags, command.name);
  assertNoFurtherWords(parsed.positionals, command.words ?? 0, command.flags, command.name);
  const abort = new AbortController();
  let engine: Engine | undefined;
  let jobId: string | undefined;
  const stopListening = listenForCancel(abort, terminal);
  const reporter = new Reporter(terminal);
  const context: CommandContext = {
    flags: new FlagReader(parsed.values),
    positionals: parsed.positionals,
    terminal,
    signal: abort.signal,
    async engine() {
      if (engine !== undefined) return engine;
      engine = createEngine({ dataDirectory: dataDirectory(process.env), cwd: process.cwd(), environment: process.env, workerHost: workerHostOf(command, options), readerEntry: isServing(command) ? options.readerEntry : undefined, version: options.version, startSample: sampleStarter(options.demoEntry), waitsForSpace: waitsForSpace(command, context), isMakingRoom: command.isMakingRoom === true });
      engine.onEvent((event) => {
        if (event.type === 'jobStarted') jobId ??= event.jobId;
        if (event.type === 'jobStarted') output.onClosed = () => abort.abort();
        if (event.type === 'jobEnded') output.onClosed = () => undefined;
        reporter.report(event);
      });
      return engine;
    },
  };
  try {
    return await command.run(context);
  } catch (error) {
    const code = tell(error, terminal);
    if (code === EXIT.cancelled && jobId !== undefined && !terminal.isJson) terminal.say(`Go on with \`larder jobs resume ${jobId}\`, or the same command again.`);
    return code;
  } finally {
    stopListening();
    engine?.close();
  }
}

/** @throws FILE_NOT_FOUND where the working directory is no more: no path can be looked up from there */
function assertStandsSomewhere(): void {
  try {
    process.cwd();
  } catch (error) {
    throw new LarderError('FILE_NOT_FOUND', 'The folder that this was started in is no more.', { hint: 'Change into another one, or with `cd "$PWD"` into the new one of that name.', cause: error });
  }
}

/** Pages are answered beside the work. */
function isServing(command: Command): boolean {
  return command.name === 'serve';
}

function workerHostOf(command: Command, { workerEntry, starterEntry }: CommandLineOptions): WorkerHost {
  return isServing(command) ? createStarterHost({ starterEntry, entry: workerEntry, environment: process.env }) : createNodeWorkerHost(workerEntry, process.env);
}

/** Whoever sits there can make room, and so can whoever sees the app; a script goes on without us. */
function waitsForSpace(command: Command, { flags, terminal }: CommandContext): boolean {
  return flags.isSet('wait') || isServing(command) || (terminal.isInteractive && !terminal.isJson);
}

function tell(error: unknown, terminal: Terminal): number {
  if (isCancelled(error)) {
    terminal.clearLive();
    if (terminal.isJson) terminal.error({ code: 'CANCELLED', message: 'Cancelled.' });
    else terminal.say('Cancelled; nothing is half-done.');
    return EXIT.cancelled;
  }
  const wire = toWire(error);
  terminal.error(wire);
  if (wire.code === 'INTERNAL' && !terminal.isJson) terminal.say(`      ${faultText(error, process.env)}`);
  return isLarderError(error) ? (EXIT_OF[error.code] ?? EXIT.findings) : EXIT.findings;
}

/** Signals that come together are one: a terminal that is closed, or whoever passes them on, sends more than one. */
const ONE_SIGNAL_MS = 100;

/** The first Ctrl-C stops in good order, the second one at once. */
function listenForCancel(abort: AbortController, terminal: Terminal): () => void {
  let firstAt: number | undefined;
  const stop = (): void => {
    const now = performance.now();
    if (firstAt !== undefined && now - firstAt < ONE_SIGNAL_MS) return;
    if (firstAt !== undefined) process.kill(process.pid, 'SIGKILL');
    firstAt = now;
    terminal.clearLive();
    if (!terminal.isJson) terminal.say('Stopping … (once more kills)');
    abort.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, stop);
  return () => {
    for (const signal of signals) process.off(signal, stop);
  };
}

