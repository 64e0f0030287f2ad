/** Columns the demo is written for. */
const COLUMNS = 100;
/** Lines of one sort that are shown before the rest is counted. */
const ALIKE_SHOWN = 2;

/** Lines that stood in an earlier step already; they are only pointed at. */
export interface LeftOut {
  readonly lines: RegExp;
  readonly say: string;
}

/**
 * Shows what a command prints as it comes: indented, wrapped to 100 columns, and with no more than
 * two lines in a row that begin with the same word; further ones are counted.
 */
export class ShownLines {
  readonly #say: (line: string) => void;
  readonly #leftOut: LeftOut | undefined;
  #hasPointed = false;
  #word = '';
  #alike = 0;

  constructor(say: (line: string) => void, leftOut?: LeftOut) {
    this.#say = say;
    this.#leftOut = leftOut;
  }

  show(line: string): void {
    if (this.#skips(line)) return;
    const word = /^[a-z]+(?= {2,})/.exec(line)?.[0] ?? '';
    if (word === '' || word !== this.#word) this.end();
    this.#word = word;
    this.#alike++;
    if (word !== '' && this.#alike > ALIKE_SHOWN) return;
    for (const piece of wrap(line, COLUMNS - INDENT.length)) this.#say(INDENT + piece);
  }

  /** Counts what was not shown. */
  end(): void {
    const hidden = this.#alike - ALIKE_SHOWN;
    if (this.#word !== '' && hidden > 0) this.#say(`${INDENT}${this.#word.padEnd(7)} … ${hidden} more`);
    this.#word = '';
    this.#alike = 0;
  }

  #skips(line: string): boolean {
    if (this.#leftOut === undefined || !this.#leftOut.lines.test(line)) return false;
    if (!this.#hasPointed) this.#say(INDENT + this.#leftOut.say);
    this.#hasPointed = true;
    return true;
  }
}

const INDENT = '  | ';

/** Breaks at spaces; a word longer than a line, such as a path, is broken where it has to be. */
export function wrap(line: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = line;
  const hanging = ' '.repeat(Math.min(8, width >> 1));
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const at = space > hanging.length ? space : width;
    pieces.push(rest.slice(0, at).trimEnd());
    rest = hanging + rest.slice(at).trimStart();
  }
  return [...pieces, rest];
}
