import { createHash } from 'node:crypto';
import type { CheckedConfig } from '../../contract/config.ts';
import type { CheckedConfigAnswer, ConfigChoices, ConfigInput, ConfigMethods } from '../../contract/methods-config.ts';
import type { PlanProgress } from '../../contract/plan.ts';
import { LarderError, Throttle } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import type { EnginePlan } from '../plan-command.ts';
import { summaryOf } from './methods-cache.ts';
import type { MethodContext, MethodHandlers } from './methods.ts';
import { assertFits, summarizePlan } from './plan-summary.ts';

/** Configs remembered for the page; it checks again what was forgotten. */
const CONFIGS_KEPT = 100;
/** A plan that was just shown is what is generated; an older one is made anew. */
const PLAN_GOOD_FOR_MS = 10 * 60_000;

/** Faster than an eye reads numbers. */
const PROGRESS_EVERY_MS = 100;

/** From a config to a job. A page gets an id for a config that was checked, and sends only that. */
export function configMethods({ engine, jobs, roots, onChanged }: MethodContext): Pick<MethodHandlers, keyof ConfigMethods> {
  const configs = new CheckedConfigs();
  const plans = new Map<string, AbortController>();
  let lastPlan: { readonly key: string; readonly atMs: number; readonly planned: EnginePlan } | undefined;
  const check = async (input: ConfigInput, signal: AbortSignal, within: readonly string[] | undefined): Promise<CheckedConfigAnswer> => {
    const checked = await engine.checkConfig(input, signal, within);
    const cache = engine.library().find((candidate) => candidate.directory === checked.facts?.directory);
    return { ...checked, configId: checked.facts === null ? null : configs.add(input, checked), cacheId: cache?.id ?? null };
  };
  const requestOf = async ({ configId, limit, only, batchSize, numWorkers, remake }: ConfigChoices) => ({
    config: await configs.fileOf(engine, configId),
    ...(limit === undefined ? {} : { limit }),
    ...(only === undefined ? {} : { only }),
    ...(batchSize === undefined ? {} : { batchSize }),
    ...(numWorkers === undefined ? {} : { numWorkers }),
    ...(remake === undefined ? {} : { remake }),
  });
  return {
    'config.check': (input, signal) => {
      if ('path' in input) assertYaml(input.path);
      return check(input, signal, roots);
    },
    'config.choose': (choices, signal) => check({ text: engine.textOfChoices(choices), name: 'pregenerate' }, signal, roots),
    async 'config.draft'({ configId, text, height }, signal) {
      const { input } = configs.get(configId);
      return await engine.draft({ config: 'path' in input ? input.path : input, text, ...(height === undefined ? {} : { height }) }, signal);
    },
    async 'config.plan'({ planId, ...choices }, signal, news) {
      const abort = new AbortController();
      plans.set(planId, abort);
      let progress: PlanProgress = { phase: 'reading lists', done: 0, total: 0 };
      const told = new Throttle({ everyMs: PROGRESS_EVERY_MS }, () => news.tell({ type: 'planProgressed', planId, progress }));
      told.touch();
      try {
        const request = await requestOf(choices);
        const planned = await engine.plan(request, AbortSignal.any([signal, abort.signal]), (next) => {
          progress = next;
          told.touch();
        });
        lastPlan = { key: JSON.stringify(request), atMs: Date.now(), planned };
        return summarizePlan(planned.plan);
      } finally {
        told.close();
        plans.delete(planId);
      }
    },
    'config.cancelPlan'({ planId }) {
      plans.get(planId)?.abort();
      return null;
    },
    async 'config.generate'({ format, cleanLocalRawFiles, ...choices }) {
      const request = await requestOf(choices);
      const known = lastPlan?.key === JSON.stringify(request) && Date.now() - lastPlan.atMs < PLAN_GOOD_FOR_MS ? lastPlan.planned : undefined;
      lastPlan = undefined;
      const { directory } = configs.get(choices.configId);
      const started = await jobs.start({
        command: 'generate',
        directory,
        async run(signal) {
          const planned = known ?? (await engine.plan(request, signal));
          assertFits(planned.plan);
          return await engine.generate({ ...request, ...(format === undefined ? {} : { format }), ...(cleanLocalRawFiles === undefined ? {} : { cleanLocalRawFiles }) }, signal, planned);
        },
      });
      return { ...started, cacheId: cacheIdOf(engine, directory) };
    },
    // It lies in Larder's own folder, wherever a page may reach.
    'sample.start': async (_input, signal) => check({ path: await engine.startSample() }, signal, undefined),
    'sample.damage': ({ cacheId }, signal) => engine.damageSample({ cache: summaryOf(engine, cacheId).directory }, signal),
    async 'library.open'({ path, kind }, signal) {
      const { directory } = await engine.stats({ cache: path, ...(kind === undefined ? {} : { kind }) }, signal);
      // Every window hears of it before the answer sends one there: to a page that has not heard, it is a cache that nobody knows.
      await engine.loadLibrary();
      onChanged();
      return { cacheId: cacheIdOf(engine, directory) };
    },
  };
}

/** Only files named as configs are: the page shows the text, and has no business with other files. */
function assertYaml(path: string): void {
  if (!/\.ya?ml$/i.test(path)) throw new LarderError('CONFIG_UNREADABLE', `${path} is not named like a config.`, { hint: 'Give a file that ends in .yaml or .yml.' });
}

function cacheIdOf(engine: Pick<Engine, 'library'>, directory: string): number {
  const cache = engine.library().find((candidate) => candidate.directory === directory);
  if (cache === undefined) throw new LarderError('CACHE_NOT_FOUND', `${directory} is not in the catalog.`, { hint: 'Go back to the library.' });
  return cache.id;
}

interface KnownConfig {
  readonly input: ConfigInput;
  readonly path: string;
  readonly directory: string;
}

/** What ids of configs stand for, the latest last. */
class CheckedConfigs {
  readonly #known = new Map<string, KnownConfig>();

  add(input: ConfigInput, { path, text, facts }: CheckedConfig): string {
    const id = createHash('sha256').update(`${path}\0${text}`).digest('hex').slice(0, 24);
    this.#known.delete(id);
    this.#known.set(id, { input, path, directory: facts!.directory });
    if (this.#known.size > CONFIGS_KEPT) this.#known.delete(this.#known.keys().next().value!);
    return id;
  }

  get(id: string): KnownConfig {
    const known = this.#known.get(id);
    if (known === undefined) throw new LarderError('CONFIG_UNREADABLE', 'This config was checked too long ago, or Larder was started again since.', { hint: 'Check it again.' });
    return known;
  }

  /** The file to plan with; a text gets its own now. */
  async fileOf(engine: Pick<Engine, 'keepConfig'>, id: string): Promise<string> {
    const { input, path } = this.get(id);
    return 'text' in input ? await engine.keepConfig(input.text, input.name) : path;
  }
}
