import type { PlanArguments } from '../contract/commands.ts';
import type { PlanProgress } from '../contract/plan.ts';
import { isLarderError } from '../base/index.ts';
import type { CacheKind, KindConfig, KindItem } from '../kinds/index.ts';
import { planGenerate } from '../pipeline/index.ts';
import type { PlannedWork, PriceInputs } from '../pipeline/index.ts';
import { assertOwnFolders, cacheLayout } from '../store/index.ts';
import { assertSplit, hasConditions, matchesUnmade, matchingKeys } from './chosen-keys.ts';
import type { EngineContext } from './context.ts';
import { downloadsAtOnce } from './downloads-at-once.ts';
import { forecastOf, forecastRecord, measurementKeys } from './forecast/index.ts';
import { openSynced } from './look-command.ts';
import { readConfig } from './open-cache.ts';
import { readRefusals } from './refusals.ts';
import { workerCount } from './worker-count.ts';

export const DEFAULT_BATCH_SIZE = 100;

/** Memory of one worker: the most that was measured lately. */
function measuredWorkerBytes(context: EngineContext, config: KindConfig): number | undefined {
  const measured = context.catalog.measurements.list(measurementKeys(config).workerBytes, 10).map((measurement) => measurement.value);
  return measured.length === 0 ? undefined : Math.max(...measured);
}

/** What a price rests on, as far as the machine and its history say it. */
export function priceInputs(context: EngineContext, kind: CacheKind, config: KindConfig, request: Pick<PlanArguments, 'batchSize' | 'numWorkers'>): { readonly inputs: PriceInputs; readonly request: { readonly batchSize: number; readonly numWorkers?: number } } {
  const { workers, memoryBytes } = context.settings.current();
  const numWorkers = request.numWorkers ?? workers;
  const batchSize = request.batchSize ?? DEFAULT_BATCH_SIZE;
  const measured = measuredWorkerBytes(context, config);
  const forecast = forecastOf(context, config, workerCount(context, measured ?? config.workerBytes, request.numWorkers), Math.min(downloadsAtOnce(config), batchSize));
  return {
    inputs: { kind, config, forecast, measuredWorkerBytes: measured, downloadsAtOnce: downloadsAtOnce(config), ...(memoryBytes === null ? {} : { memoryLimitBytes: memoryBytes }) },
    request: { batchSize, ...(numWorkers === null ? {} : { numWorkers }) },
  };
}

export interface EnginePlan extends PlannedWork {
  readonly kind: CacheKind;
  readonly config: KindConfig;
}

/**
 * What `generate` would do with the same arguments.
 *
 * @throws CONFIG_INVALID, CONFIG_UNREADABLE, LIST_INVALID, ARGUMENT_INVALID, PATH_REFUSED, CANCELLED
 */
export async function planCommand(context: EngineContext, request: PlanArguments, signal: AbortSignal, onProgress?: (progress: PlanProgress) => void): Promise<EnginePlan> {
  const { kind, config } = await readConfig(context, request.config, request.kind);
  await assertOwnFolders(cacheLayout(config.directory), kind.folders);
  const isMeant = await meantBy(context, request, kind, signal);
  const opened = config.repository === undefined ? undefined : await context.openSource(config.repository);
  const price = priceInputs(context, kind, config, request);
  try {
    const planned = await planGenerate(
      { ...price.inputs, source: opened?.source, sourceEndpoint: opened?.endpoint ?? null, refusedBefore: (stop) => readRefusals(context.catalog, config.directory, stop) },
      {
        ...price.request,
        ...(request.limit === undefined ? {} : { limit: request.limit }),
        ...(request.remake === undefined ? {} : { remake: request.remake }),
        ...(request.only === undefined ? {} : { only: request.only }),
        ...(isMeant === undefined ? {} : { isMeant }),
      },
      signal,
      onProgress,
    );
    if (request.split !== undefined) assertSplit(request.split, Object.keys(planned.plan.perSplit), config.configPath);
    const record = forecastRecord(context, config.kind);
    return { kind, config, ...planned, plan: { ...planned.plan, ...(record === undefined ? {} : { record }) } };
  } finally {
    await opened?.source.close();
  }
}

/** What the conditions of a request pick; undefined where it has none. */
async function meantBy(context: EngineContext, request: PlanArguments, kind: CacheKind, signal: AbortSignal): Promise<((item: KindItem) => boolean) | undefined> {
  if (!hasConditions(request)) return undefined;
  try {
    const { row } = await openSynced(context, { config: request.config, kind: kind.id }, signal);
    const keys = await matchingKeys(context, row.id, request, undefined, signal);
    return ({ key }) => keys.has(key);
  } catch (error) {
    // Before there is a cache, all of it is missing.
    if (!isLarderError(error, 'CACHE_NOT_FOUND')) throw error;
    return (item) => matchesUnmade(item, request);
  }
}
