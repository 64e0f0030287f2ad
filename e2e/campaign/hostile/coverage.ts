import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const SOURCE = pathToFileURL(`${join(import.meta.dirname, '../../../src-main')}/`).href;

/**
 * Which blocks of Larder's own code have run, by the counters that V8 keeps (Profiler.startPreciseCoverage with block
 * granularity). Taking them costs about a millisecond.
 */
export class Coverage {
  readonly #session = new Session();
  readonly #seen = new Set<string>();

  /** Must be open before the code is loaded that it is to count. */
  constructor() {
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Blocks reached so far. */
  get blocks(): number {
    return this.#seen.size;
  }

  /** Forgets what has run since the last call without counting it: the loading of the code. */
  skip(): void {
    this.#post('Profiler.takePreciseCoverage');
  }

  /** @returns how many blocks ran since the last call that had never run before */
  take(): number {
    const before = this.#seen.size;
    const { result } = this.#post('Profiler.takePreciseCoverage') as Profiler.TakePreciseCoverageReturnType;
    for (const { url, scriptId, functions } of result) {
      if (!url.startsWith(SOURCE)) continue;
      for (const { ranges } of functions) for (const { startOffset, endOffset, count } of ranges) if (count > 0) this.#seen.add(`${scriptId}:${startOffset}:${endOffset}`);
    }
    return this.#seen.size - before;
  }

  /** The inspector of one's own process answers before it returns. */
  #post(method: string, parameters: object = {}): unknown {
    let answer: unknown;
    this.#session.post(method, parameters, (error, result) => {
      if (error !== null) throw new Error(`${method}: ${error.message}`);
      answer = result;
    });
    return answer;
  }
}
