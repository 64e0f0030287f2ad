import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../../contract/events.ts';
import { Reporter } from './reporter.ts';
import { Terminal, harmless } from './terminal.ts';

function createTerminal(): { readonly terminal: Terminal; readonly said: () => string; readonly told: () => string } {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), Object.assign(new PassThrough(), { isTTY: true, columns: 100 })];
  const text = (stream: PassThrough): string => (stream.read() as Buffer | null)?.toString() ?? '';
  return { terminal: new Terminal({ stdin, stdout, stderr }, false), said: () => text(stderr), told: () => text(stdout) };
}

/** A line of a corpus that sets colour, window title, and the direction of what follows, and beeps. */
const HOSTILE = 'a\u001B[31mRED\u001B]0;title\u0007\u009B2J\u007F\u202Ecba';
const SHOWN = 'a␛[31mRED␛]0;title␇\uFFFD2J␡\uFFFDcba';

describe('what a name holds', () => {
  it('never steers the terminal, wherever it is printed', () => {
    const { terminal, said, told } = createTerminal();
    terminal.result(HOSTILE);
    expect(told()).toBe(`${SHOWN}\n`);
    terminal.say(HOSTILE);
    terminal.warn(HOSTILE);
    terminal.error({ code: 'ENTRY_NOT_FOUND', message: HOSTILE, hint: HOSTILE });
    terminal.live([HOSTILE]);
    const all = said();
    expect(all.split(SHOWN)).toHaveLength(6);
    // What is left are our own colours.
    // oxlint-disable-next-line no-control-regex -- these are what must not be there
    expect(all.replaceAll(/\u001B\[(?:0|33|31;1)m/g, '')).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  });

  it('is left as it is where another program reads it, and where it is only another script', () => {
    const { terminal, told } = createTerminal();
    terminal.data(HOSTILE);
    expect(told()).toBe(HOSTILE);
    for (const text of ['ភាសា\u200Bខ្មែរ ក៏', 'שלום', 'a\tb\nc', terminal.bold('x'), terminal.dim('y')]) expect(harmless(text)).toBe(text);
  });
});

describe('items that fail', () => {
  it('are told one by one up to a point', () => {
    const { terminal, said } = createTerminal();
    const reporter = new Reporter(terminal);
    const failed: EngineEvent = { type: 'itemFailed', jobId: 'j', key: 'k', name: 'n', attempts: 1, error: { code: 'PREPROCESS_FAILED', message: 'it is not drawn', hint: 'do this' } };
    for (let i = 0; i < 1_000; i++) reporter.report(failed);
    const lines = said().trimEnd().split('\n');
    expect(lines).toHaveLength(2 * 40 + 1);
    expect(lines.at(-1)).toContain('the summary counts them all');
  });
});
