import { createHash } from 'node:crypto';
import type { KindConfig } from '../../kinds/index.ts';

/** Names under which speeds are remembered; those of preprocessing belong to one set of parameters. */
export interface MeasurementKeys {
  /** Worker seconds of an item. */
  readonly seconds: string;
  /** The same with so many workers at once: they share cores, caches and the disk. */
  readonly secondsOn: (workers: number) => string;
  readonly secondsPerByteOn: (workers: number) => string;
  /** What the files of an entry take on disk. */
  readonly entryBytes: string;
  readonly workerBytes: string;
  /** Seconds of a job beside what its workers do. */
  readonly overhead: string;
  /** The same where raw files are downloaded. */
  readonly overheadOfDownloads: string;
  /** Bytes a second of all downloads together, while there were any. */
  readonly download: string;
  /** The same with so many at once: some lines are shared, some hosts give each connection its own. */
  readonly downloadOn: (connections: number) => string;
  /** Bytes a second of each of them. */
  readonly connectionOn: (connections: number) => string;
}

export function measurementKeys(config: KindConfig): MeasurementKeys {
  const hash = createHash('sha256').update(config.parametersFile?.text ?? JSON.stringify([config.kind, config.measuredAs ?? config.parameters])).digest('hex').slice(0, 16);
  return {
    seconds: `preprocess.seconds:${hash}`,
    secondsOn: (workers) => `preprocess.seconds:${hash}:on${workers}`,
    secondsPerByteOn: (workers) => `preprocess.secondsPerByte:${hash}:on${workers}`,
    entryBytes: `entry.fileBytes:${hash}`,
    workerBytes: `worker.bytes:${hash}`,
    overhead: `job.overheadSeconds:${config.kind}`,
    overheadOfDownloads: `job.overheadSeconds:${config.kind}:downloads`,
    download: 'download.busyBytesPerSecond',
    downloadOn: (connections) => `download.busyBytesPerSecond:on${connections}`,
    connectionOn: (connections) => `download.bytesPerConnectionSecond:on${connections}`,
  };
}
