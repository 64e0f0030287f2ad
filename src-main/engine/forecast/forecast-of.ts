import type { KindConfig } from '../../kinds/index.ts';
import { forecastFrom } from '../../pipeline/index.ts';
import type { Forecast } from '../../pipeline/index.ts';
import type { EngineContext } from '../context.ts';
import { measurementKeys } from './measurement-keys.ts';

/** What earlier runs with these parameters taught; those with as many workers, and connections, before others. */
export function forecastOf(context: EngineContext, config: KindConfig, workers: number, connections: number): Forecast {
  const keys = measurementKeys(config);
  const values = (key: string): number[] => context.catalog.measurements.list(key, 50).map((measurement) => measurement.value);
  const alike = values(keys.secondsOn(workers));
  const line = values(keys.downloadOn(connections));
  return forecastFrom({
    itemSeconds: alike.length > 0 ? alike : values(keys.seconds),
    secondsPerRawByte: values(keys.secondsPerByteOn(workers)),
    ...(config.itemSeconds === undefined ? {} : { expectedSeconds: config.itemSeconds }),
    downloadBytesPerSecond: (line.length > 0 ? line : values(keys.download)).slice(0, 10),
    connectionBytesPerSecond: values(keys.connectionOn(connections)).slice(0, 10),
    entryBytes: values(keys.entryBytes).slice(0, 1),
    overheadSeconds: values(keys.overhead).slice(0, 10),
    downloadOverheadSeconds: values(keys.overheadOfDownloads).slice(0, 10),
  });
}
