import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { OUT } from '../browser/ensure-built.ts';
import { StandinPages } from './pages.ts';
import { Relay } from './relay.ts';

export interface Note {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** A question the app asked with a dialog, until it is answered. */
export interface Question {
  readonly name: string;
  readonly options: Readonly<Record<string, unknown>>;
  answer(value: unknown): void;
}

export interface StandinOptions {
  readonly browser: Browser;
  readonly environment: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly words?: readonly string[];
  /** Entry to run instead of the app's. */
  readonly entry?: string;
}

const READY = 'larder: ready';

/** The built app in a process of its own under the stand-in. */
export class StandinProcess {
  readonly relay: Relay;
  readonly pages: StandinPages;
  readonly notes: Note[] = [];
  readonly questions: Question[] = [];
  /** What it said on stdout and stderr. */
  said = '';
  readonly #child: ChildProcess;

  constructor({ browser, environment, cwd, words = [], entry = join(OUT, 'main/index.js') }: StandinOptions) {
    this.#child = fork(join(import.meta.dirname, 'run.ts'), [entry, ...words], { cwd, env: environment, silent: true });
    this.#child.stdout!.on('data', (chunk: Buffer) => (this.said += chunk.toString('utf8')));
    this.#child.stderr!.on('data', (chunk: Buffer) => (this.said += chunk.toString('utf8')));
    this.relay = new Relay((message) => {
      if (this.#child.connected) this.#child.send(message as object, () => undefined);
    });
    this.#child.on('message', (message) => this.relay.receive(message));
    this.#child.once('exit', () => this.relay.close());
    this.relay.handle('note', (name: string, args: readonly unknown[]) => void this.notes.push({ name, args }));
    this.relay.handle('dialog', (name: string, options: Question['options']) => new Promise((answer) => this.questions.push({ name, options, answer })));
    this.pages = new StandinPages(browser, this.relay);
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  get isReady(): boolean {
    return this.said.includes(READY);
  }

  /** @returns the exit code */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.#child, 'exit');
    await this.pages.close();
    return this.#child.exitCode;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }
}
