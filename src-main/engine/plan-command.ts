import type { PlanArguments } from '../contract/commands.ts';
import type { PlanProgress } from '../contract/plan.ts';
import { createHash } from 'node:crypto';
import type { CacheKind, KindConfig } from '../kinds/index.ts';
import { forecastFrom } from '../pipeline/index.ts';
import { planGenerate } from '../pipeline/index.ts';
import type { Forecast, PlannedWork } from '../pipeline/index.ts';
import type { EngineContext } from './context.ts';
import { readConfig } from './open-cache.ts';

export const DEFAULT_BATCH_SIZE = 100;

/** Names under which speeds are remembered; those of preprocessing belong to one set of parameters. */
export function measurementKeys(config: KindConfig): { seconds: string; entryBytes: string; workerBytes: string; download: string } {
  const hash = createHash('sha256').update(config.parametersFile?.text ?? JSON.stringify([config.kind, config.parameters])).digest('hex').slice(0, 16);
  return { seconds: `preprocess.seconds:${hash}`, entryBytes: `entry.bytes:${hash}`, workerBytes: `worker.bytes:${hash}`, download: 'download.bytesPerSecond' };
}

function forecastOf(context: EngineContext, config: KindConfig): Forecast {
  const keys = measurementKeys(config);
  const values = (key: string): number[] => context.catalog.measurements.list(key, 50).map((measurement) => measurement.value);
  const measured = values(keys.seconds);
  return forecastFrom({ preprocessSeconds: measured, ...(config.itemSeconds === undefined ? {} : { expectedSeconds: config.itemSeconds }), downloadBytesPerSecond: values(keys.download), entryBytes: values(keys.entryBytes) });
}

/** Memory of one worker: the most that was measured lately, otherwise the kind's estimate. */
function perWorkerBytes(context: EngineContext, config: KindConfig): number {
  const measured = context.catalog.measurements.list(measurementKeys(config).workerBytes, 10).map((measurement) => measurement.value);
  return measured.length === 0 ? config.workerBytes : Math.max(...measured);
}

export interface EnginePlan extends PlannedWork {
  readonly kind: CacheKind;
  readonly config: KindConfig;
}

/**
 * What `generate` would do with the same arguments.
 *
 * @throws CONFIG_INVALID, CONFIG_UNREADABLE, LIST_INVALID, ARGUMENT_INVALID, CANCELLED
 */
export async function planCommand(context: EngineContext, request: PlanArguments, signal: AbortSignal, onProgress?: (progress: PlanProgress) => void): Promise<EnginePlan> {
  const { kind, config } = await readConfig(context, request.config, request.kind);
  const opened = config.repository === undefined ? undefined : await context.openSource(config.repository);
  const { workers, memoryBytes } = context.settings.current();
  const numWorkers = request.numWorkers ?? workers;
  try {
    const planned = await planGenerate(
      { kind, config, source: opened?.source, sourceEndpoint: opened?.endpoint ?? null, forecast: forecastOf(context, config), perWorkerBytes: perWorkerBytes(context, config), ...(memoryBytes === null ? {} : { memoryLimitBytes: memoryBytes }) },
      {
        batchSize: request.batchSize ?? DEFAULT_BATCH_SIZE,
        ...(request.limit === undefined ? {} : { limit: request.limit }),
        ...(request.remake === undefined ? {} : { remake: request.remake }),
        ...(request.only === undefined ? {} : { only: request.only }),
        ...(numWorkers === null ? {} : { numWorkers }),
      },
      signal,
      onProgress,
    );
    return { kind, config, ...planned };
  } finally {
    await opened?.source.close();
  }
}
