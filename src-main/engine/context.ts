import type { EngineEvent } from '../contract/events.ts';
import type { Catalog } from '../catalog/index.ts';
import type { RepositoryReference } from '../kinds/index.ts';
import type { Source } from '../sources/index.ts';
import type { Library } from './library.ts';
import type { SecretStore, SettingsStore } from './settings/index.ts';
import type { WorkerHost } from '../workers/index.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface EngineOptions {
  /** Folder of the catalog; made when absent. Never inside a cache. */
  readonly dataDirectory: string;
  /** Where relative paths of commands and configs start. */
  readonly cwd: string;
  readonly environment: Environment;
  readonly workerHost: WorkerHost;
  /** Entry file of the thread that reads the catalog for screens; a host without screens needs none. */
  readonly readerEntry?: string | undefined;
  readonly version: string;
  /** Makes the sample project in a folder and serves its raw files, until it is closed. */
  readonly startSample?: SampleStarter;
  /** Where this host keeps a token; absent where it has no safe place. */
  readonly secrets?: SecretStore;
  /** What is to be done makes room: a disk that is too full for the catalog must not keep it from being done. */
  readonly isMakingRoom?: boolean;
  /** What a job does when the disk is full: true pauses it until there is room, false ends it. */
  readonly waitsForSpace?: boolean;
}

export type SampleStarter = (directory: string) => Promise<RunningSample>;

export interface RunningSample {
  readonly configPath: string;
  /** Address of the Hub it runs, on this machine. */
  readonly endpoint: string;
  close(): Promise<void>;
}

/** What every command of the engine works with. */
export interface EngineContext extends EngineOptions {
  readonly catalog: Catalog;
  readonly library: Library;
  readonly settings: SettingsStore;
  readonly emit: (event: EngineEvent) => void;
  /** Jobs are held as soon as they are rows, and begin when somebody lets them go on. */
  readonly beginsPaused?: boolean;
  /** @param revision a commit to stay at; the config's branch otherwise */
  openSource(repository: RepositoryReference, revision?: string): Promise<{ readonly source: Source; readonly endpoint: string }>;
}
