import type { CacheSummary, EntryMatch } from '../../contract/commands.ts';
import type { PlanChoices } from '../../contract/methods.ts';
import { LarderError } from '../../base/index.ts';
import type { Engine } from '../engine.ts';
import type { MethodContext, MethodHandlers } from './methods.ts';
import { assertFits, summarizePlan } from './plan-summary.ts';

type CacheMethods = 'cache.sample' | 'cache.position' | 'cache.overview' | 'cache.findings' | 'cache.storage' | 'cache.hits' | 'cache.parameters' | 'cache.entry' | 'cache.plan' | 'cache.generate' | 'cache.verify' | 'cache.fix' | 'cache.repairs' | 'cache.planFix' | 'cache.previewClear' | 'cache.clear' | 'cache.forget' | 'cache.recall' | 'quarantine.list' | 'quarantine.restore' | 'quarantine.purge';

/** What the Cache screen asks and starts. */
export function cacheMethods({ engine, jobs, onChanged }: MethodContext): Pick<MethodHandlers, CacheMethods> {
  const target = (cacheId: number): { cache: string } => ({ cache: summaryOf(engine, cacheId).directory });
  /** What makes entries of the sample needs its raw files, which are served only while the sample runs: after a restart it does not. */
  const serveSample = async (cacheId: number): Promise<void> => {
    if (summaryOf(engine, cacheId).isSample) await engine.startSample();
  };
  const planRequest = async ({ cacheId, matching, ...choices }: PlanChoices & { readonly cacheId: number }) => {
    await serveSample(cacheId);
    await engine.lookAtDisk(cacheId);
    return { ...choices, ...matching, config: configOf(summaryOf(engine, cacheId)) };
  };
  /** How many there were; an error may come after some. */
  const counted = async (cacheId: number, work: Promise<readonly unknown[]>): Promise<{ readonly count: number }> => {
    try {
      return { count: (await work).length };
    } finally {
      onChanged(target(cacheId).cache);
    }
  };
  return {
    'cache.sample': ({ cacheId }) => engine.sample(cacheId),
    'cache.position': ({ cacheId, key, ...request }, signal) => engine.offsetOf(cacheId, key, request, signal),
    'cache.overview': ({ cacheId }) => engine.overview(cacheId),
    'cache.findings': ({ cacheId, ...request }) => engine.findings(cacheId, request),
    'cache.hits': ({ cacheId }, signal) => engine.hits(cacheId, signal),
    'cache.storage': ({ cacheId }, signal) => engine.storage(cacheId, signal),
    'cache.parameters': ({ cacheId }, signal) => engine.parameters(cacheId, signal),
    'cache.entry': ({ cacheId, key }, signal) => engine.entry(cacheId, key, signal),
    async 'cache.plan'(input, signal) {
      return summarizePlan((await engine.plan(await planRequest(input), signal)).plan);
    },
    async 'cache.generate'({ format, cleanLocalRawFiles, ...choices }) {
      const { directory } = summaryOf(engine, choices.cacheId);
      const request = await planRequest(choices);
      return await jobs.start({
        command: 'generate',
        directory,
        async run(signal) {
          const planned = await engine.plan(request, signal);
          assertFits(planned.plan);
          return await engine.generate({ ...request, ...(format === undefined ? {} : { format }), ...(cleanLocalRawFiles === undefined ? {} : { cleanLocalRawFiles }) }, signal, planned);
        },
      });
    },
    async 'cache.verify'({ cacheId, matching, ...choices }) {
      const { cache } = target(cacheId);
      return await jobs.start({ command: 'verify', directory: cache, run: (signal) => engine.verify({ cache, ...choices, ...matching }, signal) });
    },
    async 'cache.fix'({ cacheId, matching, ...choices }) {
      const { cache } = target(cacheId);
      await serveSample(cacheId);
      return await jobs.start({ command: 'fix', directory: cache, run: (signal) => engine.fix({ cache, ...choices, ...matching }, signal) });
    },
    'cache.repairs': ({ cacheId, matching, only }, signal) => engine.repairs(cacheId, { ...matching, ...(only === undefined ? {} : { only }) }, signal),
    'cache.planFix': ({ cacheId, matching, ...choices }, signal) => engine.planFix(cacheId, { ...choices, ...matching }, signal),
    'cache.previewClear': ({ cacheId, ...chosen }, signal) => engine.previewClear({ ...target(cacheId), ...conditionsOf(chosen) }, signal),
    async 'cache.clear'({ cacheId, delete: isFinal, ...chosen }) {
      const { cache } = target(cacheId);
      const choices = { ...conditionsOf(chosen), ...(isFinal === undefined ? {} : { delete: isFinal }) };
      return await jobs.start({ command: 'clear', directory: cache, run: (signal) => engine.clear({ cache, ...choices }, signal) });
    },
    async 'cache.forget'({ cacheId }) {
      await engine.forget(target(cacheId));
      onChanged();
      return null;
    },
    async 'cache.recall'({ directory }) {
      await engine.recall({ cache: directory });
      onChanged();
      return null;
    },
    'quarantine.list': ({ cacheId, limit }, signal) => engine.quarantinePage(target(cacheId), limit, signal),
    'quarantine.restore': ({ cacheId, ...choices }, signal) => counted(cacheId, engine.quarantineRestore({ ids: [], ...choices, ...target(cacheId) }, signal)),
    'quarantine.purge': ({ cacheId, ...choices }, signal) => counted(cacheId, engine.quarantinePurge({ ids: [], ...choices, ...target(cacheId) }, signal)),
  };
}

/** As the engine takes them: beside the rest. */
function conditionsOf(chosen: { readonly only: readonly string[] } | { readonly matching: EntryMatch }): EntryMatch & { readonly only?: readonly string[] } {
  return 'matching' in chosen ? chosen.matching : chosen;
}

/** @throws CACHE_NOT_FOUND for an id the catalog does not have */
export function summaryOf(engine: Pick<Engine, 'library'>, cacheId: number): CacheSummary {
  const cache = engine.library().find((candidate) => candidate.id === cacheId);
  if (cache === undefined) throw new LarderError('CACHE_NOT_FOUND', `The catalog has no cache with the number ${cacheId}.`, { hint: 'It may have been forgotten meanwhile; go back to the library.' });
  return cache;
}

/** @throws CONFIG_UNREADABLE where no config is known for the cache or it cannot be read, CONFIG_CHANGED where the one that made it makes another folder now */
function configOf({ configPath, formerConfigPath, unreadableConfig, directory }: CacheSummary): string {
  if (unreadableConfig !== null) throw new LarderError('CONFIG_UNREADABLE', unreadableConfig.message, unreadableConfig.hint === null ? {} : { hint: unreadableConfig.hint });
  if (formerConfigPath !== null) throw new LarderError('CONFIG_CHANGED', `${formerConfigPath} was edited since it made ${directory}, and makes another folder now.`, { hint: 'Open the config to make what it asks for now; what differs stands under Parameters.' });
  if (configPath === null) throw new LarderError('CONFIG_UNREADABLE', `No config is known for ${directory}, so nobody knows what belongs into it.`, { hint: 'Name the config it was made with once, for example with `larder plan --config …`.' });
  return configPath;
}
