import { once } from 'node:events';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { EXIT } from '../../../contract/errors.ts';
import { LarderError } from '../../../base/index.ts';
import { dataDirectory } from '../../../engine/index.ts';
import type { Command, CommandContext } from '../command.ts';
import { JSON_FLAG } from '../command.ts';
import { faultText } from '../fault.ts';

export interface ServeOptions {
  readonly version: string;
  readonly workerEntry: string;
}

const PORT_MAX = 65_535;

/** The pages are built beside the worker; the sources have them where the build puts them. */
function pagesDirectory(workerEntry: string): string {
  const isSource = workerEntry.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? '../../out/renderer' : '../renderer', pathToFileURL(workerEntry)));
}

function readPort({ flags }: CommandContext): number {
  const port = flags.count('port', 0) ?? 0;
  if (port > PORT_MAX) throw new LarderError('ARGUMENT_INVALID', `There is no port ${port}; the highest is ${PORT_MAX}.`, { hint: '--port 0, or leaving it out, takes any that is free.' });
  return port;
}

/** @throws ARGUMENT_INVALID for one that is no folder */
async function readRoots({ flags }: CommandContext): Promise<readonly string[] | undefined> {
  const roots = flags.list('root')?.map((root) => resolve(root));
  for (const root of roots ?? []) {
    const facts = await stat(root).catch(() => undefined);
    if (facts?.isDirectory() !== true) throw new LarderError('ARGUMENT_INVALID', `--root: ${root} is no folder.`, { hint: 'Name folders that are there, or leave --root out.' });
  }
  return roots;
}

async function run(context: CommandContext, options: ServeOptions): Promise<number> {
  const { flags, positionals, terminal, signal } = context;
  const host = flags.text('host') ?? '127.0.0.1';
  const port = readPort(context);
  const roots = await readRoots(context);
  // Loaded on use: no other command needs a server.
  const { isLoopback, openBrowser, startServer } = await import('../../server/index.ts');
  const server = await startServer({
    engine: await context.engine(),
    info: { version: options.version, host: 'server', platform: process.platform },
    roots,
    onFault: (id, error) => terminal.warn(`${error instanceof Error ? error.message : String(error)} (${id})\n      ${faultText(error, process.env)}`),
    dataDirectory: dataDirectory(process.env),
    pagesDirectory: pagesDirectory(options.workerEntry),
    host,
    port,
  });
  if (terminal.isJson) terminal.json({ type: 'serving', url: server.url, host: server.host, port: server.port });
  else terminal.result(server.url);
  if (!isLoopback(host)) terminal.warn('Anyone who can reach this address can read the traffic and whoever has the link can enter. Safer: leave --host out and use a tunnel, ssh -L PORT:127.0.0.1:PORT.');
  for (const word of positionals) terminal.warn(`${word} is not opened by itself in a browser; choose it on the page.`);
  if (flags.isSet('open') && !(await openBrowser(server.url))) terminal.warn('No browser could be opened here; open the link above.');
  if (!signal.aborted) await once(signal, 'abort');
  await server.close();
  return EXIT.ok;
}

export function serveCommand(options: ServeOptions): Command {
  return {
    name: 'serve',
    summary: 'the app in a browser, also through an SSH tunnel',
    usage: '[--host 127.0.0.1] [--port 0] [--root DIR…] [--open] [--json]',
    about: 'Prints one link and runs until Ctrl-C. Jobs that are stopped so go on when it is started again. The link works once; the browser that opened it stays in. From another machine: `ssh -L 8080:127.0.0.1:8080 HOST`, there `larder serve --port 8080`, and the printed link in the browser here. Where the app asks for a file or folder, it shows those of this machine: the home folder, the folder it is started in and known caches. Paths can be typed as well, anywhere, unless --root names the folders that may be reached; caches that are in the library already stay there.',
    // `npm start -- FILE` ends here too, where there is no window.
    words: Infinity,
    flags: [
      { name: 'host', value: 'ADDRESS', help: 'address to listen on (default: 127.0.0.1, this machine only)' },
      { name: 'port', value: 'N', help: 'port to listen on (default: any that is free)' },
      { name: 'root', value: 'DIR', isList: true, help: 'folders in which everything must lie that the app is asked to open, read or write, and to choose in, instead of those; again or several for more' },
      { name: 'open', help: 'open the link in the browser of this machine' },
      JSON_FLAG,
    ],
    examples: [
      { text: 'larder serve --open', does: 'on a machine with a screen' },
      { text: 'larder serve --port 8080', does: 'behind `ssh -L 8080:127.0.0.1:8080`' },
    ],
    run: (context) => run(context, options),
  };
}
