import { dirname, join, resolve } from 'node:path';
import { LarderError } from '../base/index.ts';
import type { EngineOptions, Environment, RunningSample } from './context.ts';

/** The sample dataset, for as long as the engine is open. */
export class Sample {
  readonly #options: EngineOptions;
  readonly #folder: string;
  #running: Promise<RunningSample> | undefined;
  #endpoint: string | undefined;

  constructor(options: EngineOptions) {
    this.#options = options;
    this.#folder = join(resolve(options.cwd, options.dataDirectory), 'sample');
  }

  /** The folder its caches are in, each named by its parameters. */
  get cacheRoot(): string {
    return join(this.#folder, 'cache');
  }

  /** Whether this is the folder of a cache of the sample. @param directory absolute */
  holds(directory: string): boolean {
    return dirname(directory) === this.cacheRoot;
  }

  /** Starts it, or gives the one that runs. @throws ARGUMENT_INVALID where the host has none; errors of the disk */
  async start(): Promise<RunningSample> {
    const { startSample } = this.#options;
    if (startSample === undefined) throw new LarderError('ARGUMENT_INVALID', 'The sample dataset is not part of this program.', { hint: 'Run `larder demo` in a terminal.' });
    this.#running ??= startSample(this.#folder);
    try {
      const running = await this.#running;
      this.#endpoint = running.endpoint;
      return running;
    } catch (error) {
      this.#running = undefined;
      throw error;
    }
  }

  /** Whether this is the address of the sample's own Hub. */
  isOwn(endpoint: string | undefined): boolean {
    return endpoint !== undefined && endpoint === this.#endpoint;
  }

  /** Without proxies and tokens: no proxy reaches a Hub in this process, and no token is any of its business. */
  environment(): Environment {
    return Object.fromEntries(Object.entries(this.#options.environment).filter(([name]) => !/^(?:HF_|HUGGING_?FACE)|proxy$/i.test(name)));
  }

  close(): void {
    void this.#running?.then(
      (running) => running.close(),
      () => undefined,
    );
  }
}
