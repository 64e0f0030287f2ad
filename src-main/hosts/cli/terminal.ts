import { createInterface } from 'node:readline/promises';
import type { Readable, Writable } from 'node:stream';
import type { WireError } from '../../contract/errors.ts';
import { LarderError } from '../../base/index.ts';

export interface TerminalStreams {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
}

// oxlint-disable-next-line no-control-regex -- these are what is looked for
const STEERING = /(\u001B\[(?:0|1|2|33|31;1)m)|[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/g;

/**
 * Names and lines of a corpus may hold anything. What would steer the terminal (colours, titles, the cursor, the
 * direction of all that follows) is shown instead: the old control characters by their pictures, one column each.
 * Our own colours pass.
 */
export function harmless(text: string): string {
  return text.replace(STEERING, (found: string, ours: string | undefined) => {
    if (ours !== undefined) return ours;
    const code = found.charCodeAt(0);
    return code < 0x20 ? String.fromCharCode(0x2400 + code) : code === 0x7f ? '\u2421' : '\uFFFD';
  });
}

/**
 * Where words go: results to stdout, everything that happens on the way to stderr, so that a script
 * can take the one without the other. With `--json`, stdout carries one object per line.
 */
export class Terminal {
  readonly isJson: boolean;
  readonly #streams: TerminalStreams;
  #live: readonly string[] = [];

  constructor(streams: TerminalStreams, isJson: boolean) {
    this.#streams = streams;
    this.isJson = isJson;
  }

  get isInteractive(): boolean {
    return this.#streams.stderr.isTTY === true;
  }

  get canAsk(): boolean {
    return this.#streams.stdin.isTTY === true && this.isInteractive;
  }

  get columns(): number {
    return this.#streams.stderr.columns ?? 100;
  }

  /** A line of the result. */
  result(line = ''): void {
    this.data(`${harmless(line)}\n`);
  }

  /** A result that another program reads, byte for byte. */
  data(text: string): void {
    this.clearLive();
    this.#streams.stdout.write(text);
  }

  json(value: unknown): void {
    this.#streams.stdout.write(`${JSON.stringify(value, jsonValue)}\n`);
  }

  /** A line of what happens. */
  say(line = ''): void {
    const live = this.#live;
    this.clearLive();
    this.#streams.stderr.write(`${harmless(line)}\n`);
    this.live(live);
  }

  /** Lines that stay at the bottom and are painted over; only on a terminal. */
  live(lines: readonly string[]): void {
    if (!this.isInteractive) return;
    this.clearLive();
    const width = this.columns - 1;
    const cut = lines.map(harmless).map((line) => (line.length > width ? `${line.slice(0, width - 1)}…` : line));
    if (cut.length > 0) this.#streams.stderr.write(`${cut.join('\n')}\n`);
    this.#live = lines;
  }

  clearLive(): void {
    if (this.#live.length === 0) return;
    this.#streams.stderr.write(`\u001B[${this.#live.length}A\u001B[0J`);
    this.#live = [];
  }

  /** @throws CONFIRMATION_NEEDED where nobody can be asked */
  async confirm(question: string, signal: AbortSignal): Promise<boolean> {
    if (!this.canAsk || this.isJson) {
      throw new LarderError('CONFIRMATION_NEEDED', `${question} There is no terminal to ask on.`, {
        hint: 'Give --yes to go ahead without being asked.',
      });
    }
    const reader = createInterface({ input: this.#streams.stdin, output: this.#streams.stderr });
    try {
      const answer = await reader.question(`${harmless(question)} [y/N] `, { signal });
      return /^y(es)?$/i.test(answer.trim());
    } finally {
      reader.close();
    }
  }

  error(error: WireError): void {
    this.clearLive();
    if (this.isJson) {
      this.json({ type: 'error', error });
      return;
    }
    this.#streams.stderr.write(`${this.#paint('31;1', 'error')} ${harmless(error.message)} [${error.code}]\n`);
    if (error.hint !== undefined) this.#streams.stderr.write(`      ${harmless(error.hint)}\n`);
  }

  warn(message: string): void {
    this.say(`${this.#paint('33', 'note')}  ${message}`);
  }

  /** Colour where it is a terminal and nobody asked for none (no-color.org). */
  #paint(code: string, text: string): string {
    return this.isInteractive && process.env['NO_COLOR'] === undefined ? `\u001B[${code}m${text}\u001B[0m` : text;
  }

  dim(text: string): string {
    return this.#paint('2', text);
  }
  bold(text: string): string {
    return this.#paint('1', text);
  }
}

/** JSON has no NaN and no bigint; null and text say the same to every reader. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number' && !Number.isFinite(value)) return null;
  return value;
}
