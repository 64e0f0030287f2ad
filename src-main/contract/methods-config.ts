import type { CheckedConfig } from './config.ts';
import type { DamagedEntry, GenerateArguments, JobSummary, PregenerateChoices } from './commands.ts';
import type { KindId } from './entries.ts';
import type { StartedJob } from './methods.ts';
import type { PlanSummary } from './plan.ts';

/** A config: a file of this machine, or a text with the name it came under. */
export type ConfigInput = { readonly path: string } | { readonly text: string; readonly name: string };

/** A config the engine has looked at. Later calls name it by `configId`, never by a path. */
export interface CheckedConfigAnswer extends CheckedConfig {
  /** Null where the config has errors. */
  readonly configId: string | null;
  /** The cache it makes, where the catalog has it. */
  readonly cacheId: number | null;
}

export interface ConfigChoices extends Pick<GenerateArguments, 'limit' | 'only' | 'batchSize' | 'numWorkers' | 'remake'> {
  readonly configId: string;
}

export interface ConfigPlanArguments extends ConfigChoices {
  /** Chosen by the page: its progress is told by it, and it is cancelled by it. */
  readonly planId: string;
}

export interface ConfigGenerateArguments extends ConfigChoices, Pick<GenerateArguments, 'cleanLocalRawFiles'> {
  readonly format?: 'monai' | 'tensor';
}

type NoInput = Readonly<Record<string, never>>;
interface PlanReference {
  readonly planId: string;
}
interface JobReference {
  readonly jobId: string;
}

/** One item as it would be made, for a look before anything is: a line in a font. */
export interface Draft {
  readonly variant: string;
  /** The picture, as base64 of a PNG; null where there is none. */
  readonly png: string | null;
  readonly width: number;
  readonly height: number;
  /** Why it would not be made. */
  readonly problem: string | null;
}

export interface DraftArguments {
  readonly configId: string;
  /** One line of text; the first line of the corpus where it is empty. */
  readonly text: string;
  /** Another height than the config's, pixels. */
  readonly height?: number;
}

/** From a config to a job. */
export interface ConfigMethods {
  /** A config that says what these choices say, checked; nothing is written. */
  readonly 'config.choose': { readonly input: PregenerateChoices; readonly output: CheckedConfigAnswer };
  /** A line in every font of an image config, before there is a cache. Nothing is written. */
  readonly 'config.draft': { readonly input: DraftArguments; readonly output: readonly Draft[] };
  /** Changes nothing on disk. */
  readonly 'config.check': { readonly input: ConfigInput; readonly output: CheckedConfigAnswer };
  /** Keeps a config that is only a text as a file first. */
  readonly 'config.plan': { readonly input: ConfigPlanArguments; readonly output: PlanSummary };
  readonly 'config.cancelPlan': { readonly input: PlanReference; readonly output: null };
  readonly 'config.generate': { readonly input: ConfigGenerateArguments; readonly output: StartedJob & { readonly cacheId: number } };
  /** Makes the sample project and serves its raw files for as long as Larder runs. */
  readonly 'sample.start': { readonly input: NoInput; readonly output: CheckedConfigAnswer };
  /** Damages a sound entry of the sample as disks do, to learn with; refused for every other cache. */
  readonly 'sample.damage': { readonly input: { readonly cacheId: number }; readonly output: DamagedEntry };
  /** Takes a folder of this machine, named by the user, into the library; by its `kind` where it holds things of several. Nothing in it is touched. */
  readonly 'library.open': { readonly input: { readonly path: string; readonly kind?: KindId }; readonly output: { readonly cacheId: number } };
}

export interface JobMethods {
  readonly 'jobs.list': { readonly input: NoInput; readonly output: readonly JobSummary[] };
  /** The details of a job are among the news of this window from now on, until its subscription ends; the first are all of them. */
  readonly 'jobs.follow': { readonly input: JobReference; readonly output: null };
  readonly 'jobs.unfollow': { readonly input: JobReference; readonly output: null };
  readonly 'jobs.cancel': { readonly input: JobReference; readonly output: JobSummary };
  /** Holds a running job between two items; `jobs.resume` lets it go on. */
  readonly 'jobs.pause': { readonly input: JobReference; readonly output: JobSummary };
  /** `isPaused`: a job that was stopped comes back held, and nothing of it is done until it is resumed once more. */
  readonly 'jobs.resume': { readonly input: JobReference & { readonly isPaused?: true }; readonly output: StartedJob };
  /** Generates only what failed in that job. */
  readonly 'jobs.retryFailed': { readonly input: JobReference; readonly output: StartedJob };
}
