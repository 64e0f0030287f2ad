import type { EngineEvent } from '../../contract/events.ts';
import type { Finding } from '../../contract/findings.ts';
import { FINDINGS } from '../../contract/findings.ts';
import { formatBytes, formatSeconds } from './format.ts';
import { paintProgress, progressLine } from './paint.ts';
import { remakeLines } from './show-plan.ts';
import { shortageLines } from './show-shortage.ts';
import type { Terminal } from './terminal.ts';

/** Without a terminal there is a line this often. */
const PLAIN_LINE_EVERY_MS = 5_000;
/** Findings printed one by one; the rest is in the summary, in `--json` and in `larder ls`. */
const FINDINGS_SHOWN = 40;
/** Items that failed, one by one; a font that cannot draw a script fails with each of its lines. */
const FAILURES_SHOWN = 40;
/** Entries told one by one; after that only those worth a line: thousands of images a minute are numbers, not news. */
const ENTRIES_SHOWN = 40;
const WORTH_A_LINE_SECONDS = 1;

/** Turns engine events into lines: JSON, a live block on a terminal, or a plain line now and then. */
export class Reporter {
  readonly #terminal: Terminal;
  #lastPlainMs = 0;
  #findings = 0;
  #isOutOfSpace = false;
  #entries = 0;
  #failures = 0;
  #refusals = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  report(event: EngineEvent): void {
    if (this.#terminal.isJson) {
      this.#terminal.json(event);
      return;
    }
    switch (event.type) {
      case 'jobStarted':
        // The first plain line comes after a moment's work, not before there is anything to tell.
        this.#lastPlainMs = Date.now();
        break;
      case 'jobProgressed':
        if (this.#terminal.isInteractive) this.#terminal.live(paintProgress(event.progress));
        else if (Date.now() - this.#lastPlainMs >= PLAIN_LINE_EVERY_MS) {
          this.#lastPlainMs = Date.now();
          this.#terminal.say(progressLine(event.progress));
        }
        break;
      case 'spaceRanOut':
        this.#isOutOfSpace = event.isWaiting;
        for (const line of shortageLines(event.shortage, event.isWaiting)) this.#terminal.say(line);
        break;
      case 'jobPaused':
        // Why and what goes on by itself was told already.
        if (!this.#isOutOfSpace) this.#terminal.say(`Paused: what is under way is finished, nothing new begins. \`larder jobs resume ${event.jobId}\` in another terminal goes on.`);
        break;
      case 'jobContinued':
        this.#isOutOfSpace = false;
        this.#terminal.say('Going on.');
        break;
      case 'jobEnded':
        this.#terminal.clearLive();
        break;
      case 'itemFailed':
        this.#failed(event);
        break;
      case 'itemRefused':
        this.#refused(event.message);
        break;
      case 'itemRetried':
        this.#terminal.say(`again   ${event.name}: ${event.error.message}`);
        break;
      case 'findingFound':
        this.#finding(event.finding);
        break;
      case 'entryQuarantined':
        this.#terminal.say(`aside   ${event.file} → quarantine ${event.id} (${event.reason})`);
        break;
      case 'rawFileRemoved':
        this.#terminal.say(`removed ${event.path} (${formatBytes(event.sizeBytes)})`);
        break;
      case 'workersReduced':
        this.#terminal.warn(`Workers reduced from ${event.from} to ${event.to}: ${event.reason}.`);
        break;
      case 'remakePlanned':
        for (const line of remakeLines(event.forecast)) this.#terminal.say(line);
        break;
      case 'noticed':
        this.#terminal.warn(event.message);
        break;
      case 'entryPublished':
        if (!this.#terminal.isInteractive) this.#published(event);
        break;
      case 'entryRemoved':
        break;
      default:
        event satisfies never;
    }
  }

  #published(event: Extract<EngineEvent, { type: 'entryPublished' }>): void {
    this.#entries++;
    if (this.#entries > ENTRIES_SHOWN && event.seconds < WORTH_A_LINE_SECONDS) {
      if (this.#entries === ENTRIES_SHOWN + 1) this.#terminal.say('        … and so on; from here on, entries made in less than a second are only counted, `--json` lists them all');
      return;
    }
    this.#terminal.say(`made    ${event.name} → ${event.file} (${formatBytes(event.sizeBytes)}, ${formatSeconds(event.seconds)})${event.isNew ? '' : ', was there already'}`);
  }

  #failed({ error, attempts }: Extract<EngineEvent, { type: 'itemFailed' }>): void {
    this.#failures++;
    if (this.#failures > FAILURES_SHOWN) {
      if (this.#failures === FAILURES_SHOWN + 1) this.#terminal.say('        … more failed; the summary counts them all, `--json` lists them all');
      return;
    }
    this.#terminal.say(`failed  ${error.message}${attempts > 1 ? ` (after ${attempts} attempts)` : ''}`);
    if (error.hint !== undefined) this.#terminal.say(`        ${error.hint}`);
  }

  #refused(message: string): void {
    this.#refusals++;
    if (this.#refusals <= FAILURES_SHOWN) this.#terminal.say(`skipped ${message}`);
    else if (this.#refusals === FAILURES_SHOWN + 1) this.#terminal.say('        … more skipped; the summary counts them all, `--json` lists them all');
  }

  #finding(finding: Finding): void {
    if (finding.severity === 'information' && finding.code === 'missing') return;
    this.#findings++;
    if (this.#findings > FINDINGS_SHOWN) {
      if (this.#findings === FINDINGS_SHOWN + 1) this.#terminal.say('        … more findings; the summary counts them all, `--json` lists them all');
      return;
    }
    const subject = finding.name ?? finding.file ?? '';
    const file = finding.file !== undefined && finding.name !== undefined ? ` (${finding.file})` : '';
    // Some messages begin with the name by themselves.
    const what = finding.message.startsWith(subject) && file === '' ? finding.message : `${subject}${file}: ${finding.message}`;
    this.#terminal.say(`${finding.severity === 'information' ? 'note' : finding.severity.padEnd(7)} ${finding.code}  ${what}`);
    if (finding.severity === 'error') this.#terminal.say(this.#terminal.dim(`        ${FINDINGS[finding.code].meaning}`));
  }
}
