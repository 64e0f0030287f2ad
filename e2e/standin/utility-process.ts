import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';

interface ForkOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv: readonly string[];
  readonly stdio: 'pipe';
  readonly serviceName: string;
}

const PORT = fileURLToPath(new URL('parent-port.ts', import.meta.url));
const HEAP = /^--js-flags=(--max-old-space-size=\d+)$/;
const running = new Set<ChildProcess>();
// Electron ends its utility processes with itself.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  #wasKilled = false;

  constructor(child: ChildProcess) {
    super();
    this.#child = child;
    running.add(child);
    child.once('spawn', () => this.emit('spawn'));
    child.on('message', (message) => this.emit('message', message));
    // A code and no signal; after `kill()` it is 0.
    child.once('exit', (code, signal) => {
      running.delete(child);
      this.emit('exit', this.#wasKilled ? 0 : (code ?? (signal === null ? 1 : 128)));
    });
  }

  get pid(): number | undefined {
    return this.#child.exitCode === null && this.#child.signalCode === null ? this.#child.pid : undefined;
  }

  get stdout() {
    return this.#child.stdout;
  }

  get stderr() {
    return this.#child.stderr;
  }

  postMessage(message: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new TypeError('Only MessagePortMain can be transferred, and stand-in has none');
    if (this.#child.connected) this.#child.send(message as object);
  }

  kill(): boolean {
    this.#wasKilled = true;
    return this.#child.kill('SIGTERM');
  }
}

export const utilityProcess = {
  fork(modulePath: string, args: readonly string[], options: ForkOptions): UtilityProcess {
    const known = new Set(['env', 'execArgv', 'stdio', 'serviceName']);
    for (const name of Object.keys(options)) if (!known.has(name)) throw new Error(`utilityProcess.fork({ ${name} }) is not in stand-in`);
    const flags = options.execArgv.map((flag) => HEAP.exec(flag)?.[1] ?? raise(`The flag ${flag} is not in stand-in`));
    return new UtilityProcess(fork(modulePath, args, { env: options.env, execArgv: ['--import', PORT, ...flags], serialization: 'advanced', silent: true }));
  },
};

function raise(message: string): never {
  throw new Error(message);
}
