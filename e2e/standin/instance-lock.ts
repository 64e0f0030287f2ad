import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';

interface InstanceMessage {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly data: unknown;
}

/** One instance for each folder of user data: a file with the process that has it, and a socket to tell it. */
export class InstanceLock {
  /** Until what was to be told has been told. */
  settled: Promise<void> = Promise.resolve();
  readonly #folder: string;
  readonly #onSecond: (message: InstanceMessage) => void;

  constructor(folder: string, onSecond: (message: InstanceMessage) => void) {
    this.#folder = folder;
    this.#onSecond = onSecond;
  }

  /** @returns true for the first instance; a second one sends its message to the first */
  take(message: InstanceMessage): boolean {
    mkdirSync(this.#folder, { recursive: true });
    const file = join(this.#folder, 'instance.pid');
    const socket = join(this.#folder, 'instance.sock');
    if (!this.#write(file)) {
      this.settled = tell(socket, JSON.stringify(message));
      return false;
    }
    rmSync(socket, { force: true });
    createServer((connection) => {
      let text = '';
      connection.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      connection.on('end', () => this.#onSecond(JSON.parse(text) as InstanceMessage));
    })
      .listen(socket)
      .unref();
    process.once('exit', () => rmSync(file, { force: true }));
    return true;
  }

  #write(file: string): boolean {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return true;
    } catch {
      if (isAlive(Number(readFileSync(file, 'utf8')))) return false;
      writeFileSync(file, String(process.pid));
      return true;
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function tell(socket: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const connection = connect(socket, () => connection.end(text));
    connection.once('close', () => resolve());
    connection.once('error', reject);
  });
}
