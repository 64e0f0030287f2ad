import { join } from 'node:path';
import type { EntrySummary } from '../contract/entries.ts';
import type * as Commands from '../contract/commands.ts';
import type { CheckedConfig } from '../contract/config.ts';
import type { DocumentName, ListDocumentName } from '../contract/documents.ts';
import type { Dropped, DroppedInput } from '../contract/dropped.ts';
import type { EngineEvent } from '../contract/events.ts';
import type { FolderListing, FolderRequest } from '../contract/folders.ts';
import type { HitReport } from '../contract/hits.ts';
import type { Draft } from '../contract/methods-config.ts';
import type { Settings, SettingsAnswer } from '../contract/settings.ts';
import type { DiskUsage } from '../contract/storage.ts';
import type { PlanProgress, RemakeForecast } from '../contract/plan.ts';
import { LarderError, fileError, isLarderError, makeFolderSync, tellWake } from '../base/index.ts';
import type { PreviewName, RepositoryReference } from '../kinds/index.ts';
import type { Source } from '../sources/index.ts';
import { createHubSource, hubCacheDirectory, resolveHubSettings } from '../sources/index.ts';
import { clearCommand, previewClear } from './clear-command.ts';
import { damageSample } from './damage-command.ts';
import { checkConfig, keepConfig } from './config-command.ts';
import { DetailFollower } from './detail-follower.ts';
import { DiskWatch } from './disk-watch.ts';
import { forgetCommand, recallCommand } from './forget-command.ts';
import { bringHomeTo, catalogPath, despiteFullCatalog, openOrCopy } from './full-catalog.ts';
import type { ConfigRequest } from './config-command.ts';
import type { EngineContext, EngineOptions } from './context.ts';
import { DraftViewer } from './draft-viewer.ts';
import type { DraftChoices } from './draft-viewer.ts';
import { EntryViewer } from './entry-viewer.ts';
import { diskCommand, ownDiskCommand } from './disk-command.ts';
import { KnownLists, lookAtDropped } from './dropped/index.ts';
import { assertWithin, findPlaces, listFolder } from './folders/index.ts';
import { fixCommand } from './fix-command.ts';
import { generateCommand } from './generate-command.ts';
import { assertSameFolder, cancelJob, continueJob, getJob, pauseJob, retryRequest, listJobs, recoverJobs } from './jobs-command.ts';
import { clearLeftovers } from './leftovers-command.ts';
import { Library } from './library.ts';
import { readConfig } from './open-cache.ts';
import { documentCommand } from './documents-command.ts';
import { exportCommand } from './export-command.ts';
import type { HashName } from './look-command.ts';
import { listCommand, mapCommand, openSynced, pageCommand, showCommand, toSummary } from './look-command.ts';
import { statsCommand } from './stats-command.ts';
import { tidyCommand } from './tidy-command.ts';
import { findingsCommand, getCache, offsetCommand, overviewCommand, parametersCommand, repairsCommand, storageCommand } from './overview-command.ts';
import { hitsCommand } from './hits-command.ts';
import { JobLog } from './job-log.ts';
import type { LogFollower } from './log-follower.ts';
import { LooseFiles } from './loose-files.ts';
import { planCommand } from './plan-command.ts';
import { planFixCommand } from './plan-fix-command.ts';
import { keepChoices, textOfChoices } from './pregenerate-command.ts';
import type { EnginePlan } from './plan-command.ts';
import type { EntryPreview } from './preview-maker.ts';
import { PreviewMaker } from './preview-maker.ts';
import { listQuarantined, quarantinePage, purgeQuarantined, restoreQuarantined } from './quarantine-command.ts';
import { Sample } from './sample.ts';
import { SettingsStore, changeSettings, keepToken, readSettings, settingsEnvironment } from './settings/index.ts';
import { cachePath } from '../store/index.ts';
import { verifyCommand } from './verify-command.ts';

type Target = Commands.CacheTarget;
type QuarantineRequest = Target & { readonly ids: readonly string[]; readonly all?: boolean; readonly replace?: boolean; readonly jobId?: string };

/** Everything Larder can do, whichever door asks. Calls go in, events come out. */
export interface Engine {
  onEvent(listener: (event: EngineEvent) => void): () => void;
  /** Every known cache, last opened first; from the catalog alone. */
  library(): readonly Commands.CacheSummary[];
  /** Reads what `library` counts, in turns with other work; without it, the first call waits for all of it. @returns undefined if nothing has to be read */
  loadLibrary(): Promise<void> | undefined;
  /** Looks what other programs changed about one cache or all: edited configs, folders that went. `library` tells it. @returns whether anything is other than at the last look */
  lookAtDisk(cacheId?: number): Promise<boolean>;
  /** Takes a cache out of the library; nothing on disk is touched, and opening it brings it back. @returns its folder */
  forget(target: Commands.CacheTarget): Promise<string>;
  /** Undoes `forget`, also where the folder is gone. */
  recall(target: Commands.CacheTarget): Promise<string>;
  /** Where a cache or an entry lies, from the catalog alone; undefined if it does not know it. */
  locate(cacheId: number, key?: string): string | undefined;
  /** Reads a config, from a file or as a text, and says what is wrong with it. Changes nothing. */
  checkConfig(request: ConfigRequest, signal: AbortSignal, roots?: readonly string[]): Promise<CheckedConfig>;
  /** Keeps a config that is only a text as a file in the data folder. @returns its path */
  keepConfig(text: string, name: string): Promise<string>;
  /** Keeps a config that says what these choices say. @returns its path */
  keepChoices(choices: Commands.PregenerateChoices): Promise<string>;
  /** The text of a config that says what these choices say. */
  textOfChoices(choices: Commands.PregenerateChoices): string;
  /** An item in all its forms, as it would be made. */
  draft(request: DraftChoices, signal: AbortSignal): Promise<readonly Draft[]>;
  /** Makes the sample project in the data folder and serves its raw files until the engine is closed. @returns its config */
  startSample(): Promise<string>;
  /** Damages a sound entry of the sample as disks do, to learn with; the sample's own cache if none is named. @throws CACHE_NOT_SAMPLE for every other cache; CACHE_IN_USE, ENTRY_NOT_FOUND */
  damageSample(target: Target, signal: AbortSignal): Promise<Commands.DamagedEntry>;
  plan(request: Commands.PlanArguments, signal: AbortSignal, onProgress?: (progress: PlanProgress) => void): Promise<EnginePlan>;
  /** @param planned what `plan` gave for the same arguments; it is made anew if absent */
  generate(request: Commands.GenerateArguments, signal: AbortSignal, planned?: EnginePlan): Promise<Commands.GenerateResult>;
  verify(request: Commands.VerifyArguments, signal: AbortSignal): Promise<Commands.VerifyResult>;
  fix(request: Commands.FixArguments, signal: AbortSignal): Promise<Commands.FixResult>;
  list(request: Commands.ListArguments, signal: AbortSignal): Promise<Commands.EntryPage>;
  /** Rows from the catalog alone, for scrolling; `refresh` brings them in line with the files. */
  page(cacheId: number, request: Commands.PageArguments, signal: AbortSignal): Promise<Commands.EntryPage>;
  /** Some cached entries from all over the cache, at most eight. @throws CACHE_NOT_FOUND */
  sample(cacheId: number): readonly EntrySummary[];
  /** Where an entry stands in such a list, from 0; null if it is not in it. */
  offsetOf(cacheId: number, key: string, request: Commands.PageArguments, signal: AbortSignal): Promise<number | null>;
  /** A cache at a glance, from the catalog alone. */
  overview(cacheId: number): Promise<Commands.CacheOverview>;
  /** @param choice keys, and what is said about them; every entry if it is empty */
  repairs(cacheId: number, choice: Commands.EntryMatch & { readonly only?: readonly string[] }, signal: AbortSignal): Promise<Commands.RepairPreview>;
  /** What making again takes, of what is known to be damaged; null where there is nothing to make, or no config is known. */
  planFix(cacheId: number, choices: Pick<Commands.FixArguments, 'only' | 'numWorkers' | 'delete' | keyof Commands.EntryMatch>, signal: AbortSignal): Promise<RemakeForecast | null>;
  findings(cacheId: number, request: Commands.FindingsArguments): readonly Commands.ListedFinding[];
  storage(cacheId: number, signal: AbortSignal): Promise<readonly Commands.StorageShare[]>;
  /** What training has looked up; null for kinds that are not counted. @throws CACHE_NOT_FOUND */
  hits(cacheId: number, signal: AbortSignal): Promise<HitReport | null>;
  parameters(cacheId: number, signal: AbortSignal): Promise<Commands.CacheParameters>;
  /** @throws CACHE_NOT_FOUND, FILE_NOT_FOUND, PERMISSION_DENIED */
  refresh(cacheId: number, signal: AbortSignal): Promise<void>;
  show(request: Target & { readonly entry: string }, signal: AbortSignal): Promise<Commands.EntryDetail>;
  /** As `show`, for one row on a screen: the cache as a whole is not looked at. */
  entry(cacheId: number, key: string, signal: AbortSignal): Promise<Commands.EntryDetail>;
  /** A picture of an entry; of a raw file one channel, from 0. @throws CACHE_NOT_FOUND, ENTRY_NOT_FOUND, FILE_NOT_FOUND, PATH_REFUSED */
  preview(cacheId: number, key: string, name: PreviewName, channel?: number): Promise<EntryPreview>;
  /** A picture of a single file that was looked at; `look` gave its number. @throws ENTRY_NOT_FOUND, FILE_NOT_FOUND, CACHE_FOREIGN */
  previewFile(id: string, name: PreviewName, channel?: number): Promise<EntryPreview>;
  stats(request: Commands.StatsArguments, signal: AbortSignal): Promise<Commands.CacheStatistics>;
  map(request: Commands.MapArguments, signal: AbortSignal): Promise<Iterable<HashName>>;
  export(request: Commands.ExportArguments, signal: AbortSignal): Promise<Commands.ExportResult>;
  /** What `map` and `export` write, in pieces. @throws CACHE_NOT_FOUND, CONFIG_INVALID, LIST_INVALID */
  document(cacheId: number, name: DocumentName, matching: Commands.EntryMatch, signal: AbortSignal): Promise<AsyncIterable<string> | Iterable<string>>;
  /** The same of a list that was looked at; `look` gave its number. @throws ENTRY_NOT_FOUND, LIST_INVALID, FILE_NOT_FOUND */
  listDocument(id: string, name: ListDocumentName, signal: AbortSignal): Promise<Iterable<string>>;
  previewClear(request: Commands.ClearArguments, signal: AbortSignal): Promise<Commands.ClearPreview>;
  clear(request: Commands.ClearArguments, signal: AbortSignal): Promise<Commands.ClearResult>;
  /** Puts in order what a command left that was cut off in its last steps; touches no entry. @throws CACHE_NOT_FOUND */
  tidy(request: Target, signal: AbortSignal): Promise<void>;
  /** Removes what runs that were cut off have left to go on with. @throws CACHE_IN_USE */
  clearLeftovers(request: Target, signal: AbortSignal): Promise<Commands.ClearedLeftovers>;
  quarantineList(request: Target, signal: AbortSignal): Promise<readonly Commands.QuarantineItem[]>;
  /** @param limit of the newest */
  quarantinePage(request: Target, limit: number, signal: AbortSignal): Promise<Commands.QuarantinePage>;
  quarantineRestore(request: QuarantineRequest, signal: AbortSignal): Promise<readonly Commands.QuarantineItem[]>;
  quarantinePurge(request: QuarantineRequest, signal: AbortSignal): Promise<readonly Commands.QuarantineItem[]>;
  /** A cache folder as it is now, by what its bytes are for. @throws CACHE_NOT_FOUND, PERMISSION_DENIED */
  diskUsage(cacheId: number, signal: AbortSignal): Promise<DiskUsage>;
  /** The same of Larder's own data. */
  ownDiskUsage(signal: AbortSignal): Promise<DiskUsage>;
  /** Removes the pictures made for viewing. @returns what went */
  clearPreviews(): Promise<{ readonly files: number; readonly bytes: number }>;
  /** What a file or folder is and what is known about it; changes nothing. @throws FILE_NOT_FOUND, PERMISSION_DENIED, LIST_INVALID, NIFTI_INVALID */
  look(input: DroppedInput, signal: AbortSignal): Promise<Dropped>;
  /** @throws PATH_REFUSED for a path that does not lie below the roots, there or not */
  assertWithin(roots: readonly string[], paths: Iterable<string>): Promise<void>;
  /** One folder below `roots`, or below the usual places. @throws PATH_REFUSED outside of them, FILE_NOT_FOUND, PERMISSION_DENIED */
  listFolder(request: FolderRequest, roots: readonly string[] | undefined, signal: AbortSignal): Promise<FolderListing>;
  settings(): Promise<SettingsAnswer>;
  /** What is set, alone. @throws PERMISSION_DENIED, IO_FAILED */
  currentSettings(): Settings;
  /** Only what is named changes. @throws ARGUMENT_INVALID, CONFIG_INVALID, FILE_NOT_FOUND for a value that cannot be used */
  changeSettings(change: Partial<Settings>): Promise<SettingsAnswer>;
  /** Null forgets it. @throws ARGUMENT_INVALID where this host keeps none */
  keepToken(token: string | null): Promise<SettingsAnswer>;
  jobs(): readonly Commands.JobSummary[];
  job(id: string): Commands.JobSummary;
  /** With its failures and the end of its log, whole and then what is new. */
  followDetail(id: string): DetailFollower;
  /** What happens in a job that another process runs, in pieces, as it is asked for. */
  followJob(id: string): LogFollower;
  cancelJob(id: string, signal: AbortSignal): Promise<Commands.JobSummary>;
  /** Holds a running job between two items. @throws JOB_NOT_FOUND, ARGUMENT_INVALID if it is not running */
  pauseJob(id: string): Commands.JobSummary;
  /** Lets a paused job go on in the process that runs it. */
  continueJob(id: string): Commands.JobSummary;
  /** Runs a job that did not end well once more; what it had done is not done again. @param isPaused it is a job that is held, of which nothing is done until it is let go on */
  resumeJob(id: string, signal: AbortSignal, isPaused?: boolean): Promise<Commands.GenerateResult | Commands.VerifyResult | Commands.ClearResult>;
  /** Generates only what failed in a job of `generate`. */
  retryFailed(id: string, signal: AbortSignal): Promise<Commands.GenerateResult>;
  /** The computer has woken up: signs of life are given at once, and connections that did not live through it are given up. Jobs notice it by themselves a little later. */
  wake(): void;
  close(): void;
}

/** Pictures for a first impression of a cache. */
const SAMPLE_MAX = 8;

/**
 * Opens the catalog and wires the rooms.
 *
 * @throws RUNTIME_TOO_OLD, NATIVE_MODULE_MISSING, CATALOG_TOO_NEW, PERMISSION_DENIED
 */
export function createEngine(options: EngineOptions): Engine {
  const listeners = new Set<(event: EngineEvent) => void>();
  const emit = (event: EngineEvent): void => {
    for (const listener of listeners) listener(event);
  };
  try {
    makeFolderSync(options.dataDirectory);
  } catch (error) {
    throw placeError(fileError(error, options.dataDirectory, 'making the folder of the catalog'));
  }
  const path = catalogPath(options.dataDirectory);
  const { catalog, isCopy } = openOrCopy(path, options.readerEntry, options.isMakingRoom === true);
  const sample = new Sample(options);
  const settings = new SettingsStore(options.dataDirectory, (message) => emit({ type: 'noticed', message }));
  const log = new JobLog(join(options.dataDirectory, 'logs'));
  listeners.add((event) => log.write(event));
  const diskWatch = new DiskWatch(catalog.caches, async (path) => (await readConfig(context, path)).config.directory);
  const library = new Library(catalog, diskWatch, sample, options.readerEntry !== undefined);
  const context: EngineContext = {
    ...options,
    catalog,
    library,
    settings,
    emit,
    async openSource(repository, revision) {
      // The sample's Hub is in this process: neither proxy nor token is any of its business.
      if (sample.isOwn(repository.endpoint)) return await openHubSource({ ...options, environment: sample.environment() }, emit, repository, revision);
      const environment = settingsEnvironment(options.environment, settings.current());
      return await openHubSource({ ...options, environment }, emit, repository, revision, await options.secrets?.read());
    },
  };
  recoverJobs(context);
  const maker = new PreviewMaker(context);
  const viewer = new EntryViewer(context, maker);
  const loose = new LooseFiles(maker);
  const lists = new KnownLists();
  const drafts = new DraftViewer(context);
  const engine: Engine = {
    onEvent(listener) {
      listeners.add(listener);
      // A catalog that was set aside is told to whoever listens first; it concerns every command.
      if (catalog.setAside !== null) listener({ type: 'noticed', message: `The catalog was damaged and set aside as ${catalog.setAside}. Nothing is lost but its history; entries are read from the caches again.` });
      return () => listeners.delete(listener);
    },
    library: () => library.list(),
    loadLibrary: () => library.load(),
    lookAtDisk: (cacheId) => diskWatch.look(cacheId),
    forget: (target) => forgetCommand(context, target),
    recall: (target) => recallCommand(context, target),
    locate(cacheId, key) {
      const directory = library.list().find((cache) => cache.id === cacheId)?.directory;
      if (directory === undefined || key === undefined) return directory;
      const file = catalog.entries.getByKey(cacheId, key)?.file;
      return file == null ? undefined : cachePath(directory, file);
    },
    checkConfig: (request, signal, roots) => checkConfig(context, request, signal, roots),
    keepConfig: (text, name) => keepConfig(context, text, name),
    keepChoices: (choices) => keepChoices(context, choices),
    textOfChoices: (choices) => textOfChoices(context, choices),
    draft: (request, signal) => drafts.draw(request, signal),
    startSample: async () => (await sample.start()).configPath,
    damageSample: (target, signal) => damageSample(context, sample, viewer, target, signal),
    plan: (request, signal, onProgress) => planCommand(context, request, signal, onProgress),
    async generate(request, signal, planned) {
      return await generateCommand(context, request, planned ?? (await planCommand(context, request, signal)), signal);
    },
    verify: (request, signal) => verifyCommand(context, request, signal),
    fix: (request, signal) => fixCommand(context, request, signal),
    list: (request, signal) => listCommand(context, request, signal),
    page: async (cacheId, request, signal) => await pageCommand(context, getCache(context, cacheId).id, request, signal),
    sample: (cacheId) => context.catalog.entries.sample(getCache(context, cacheId).id, SAMPLE_MAX).map(toSummary),
    offsetOf: (cacheId, key, request, signal) => offsetCommand(context, cacheId, key, request, signal),
    overview: (cacheId) => overviewCommand(context, cacheId),
    repairs: (cacheId, choice, signal) => repairsCommand(context, cacheId, choice, signal),
    planFix: (cacheId, choices, signal) => planFixCommand(context, cacheId, choices, signal),
    findings: (cacheId, request) => findingsCommand(context, cacheId, request),
    storage: (cacheId, signal) => storageCommand(context, cacheId, signal),
    hits: (cacheId, signal) => hitsCommand(context, cacheId, signal),
    parameters: (cacheId, signal) => parametersCommand(context, cacheId, signal),
    async refresh(cacheId, signal) {
      await openSynced(context, { cache: getCache(context, cacheId).directory }, signal);
    },
    show: (request, signal) => showCommand(context, request, signal),
    entry: (cacheId, key, signal) => viewer.detail(cacheId, key, signal),
    preview: (cacheId, key, name, channel = 0) => viewer.preview(cacheId, key, name, channel),
    previewFile: (id, name, channel = 0) => loose.preview(id, name, channel),
    stats: (request, signal) => statsCommand(context, request, signal),
    map: (request, signal) => mapCommand(context, request, signal),
    export: (request, signal) => exportCommand(context, request, signal),
    document: (cacheId, name, matching, signal) => documentCommand(context, cacheId, name, matching, signal),
    listDocument: (id, name, signal) => lists.document(context, id, name, signal),
    previewClear: (request, signal) => despiteFullCatalog(context, (there) => previewClear(there, request, signal)),
    tidy: (request, signal) => despiteFullCatalog(context, (there) => tidyCommand(there, request, signal)),
    clear: (request, signal) => clear(context, request, signal),
    clearLeftovers: (request, signal) => despiteFullCatalog(context, (there) => clearLeftovers(there, request, signal)),
    quarantineList: (request, signal) => despiteFullCatalog(context, (there) => listQuarantined(there, request, signal)),
    quarantinePage: (request, limit, signal) => despiteFullCatalog(context, (there) => quarantinePage(there, request, limit, signal)),
    quarantineRestore: (request, signal) => despiteFullCatalog(context, (there) => restoreQuarantined(there, request, signal)),
    quarantinePurge: (request, signal) => despiteFullCatalog(context, (there) => purgeQuarantined(there, request, signal)),
    diskUsage: (cacheId, signal) => diskCommand(context, cacheId, signal),
    ownDiskUsage: (signal) => ownDiskCommand(context, signal),
    clearPreviews: () => maker.clear(),
    look: (input, signal) => lookAtDropped(context, loose, lists, input, signal),
    assertWithin: async (roots, paths) => await assertWithin(await findPlaces(context, roots), context.cwd, paths),
    listFolder: async (request, roots, signal) => await listFolder(await findPlaces(context, roots), context.cwd, request, signal),
    settings: () => readSettings(context),
    currentSettings: () => settings.current(),
    changeSettings: (change) => changeSettings(context, change),
    keepToken: (token) => keepToken(context, token),
    jobs: () => listJobs(context),
    job: (id) => getJob(context, id),
    followDetail: (id) => {
      log.flush();
      return new DetailFollower(() => ({ job: getJob(context, id), error: catalog.jobs.get(id)?.error ?? null }), log.follow(id));
    },
    followJob: (id) => log.follow(id),
    cancelJob: (id, signal) => cancelJob(context, id, signal),
    pauseJob: (id) => pauseJob(context, id),
    continueJob: (id) => continueJob(context, id),
    resumeJob: (id, signal, isPaused = false) => resumeJob(isPaused ? { ...context, beginsPaused: true } : context, id, signal),
    async retryFailed(id, signal) {
      const job = getJob(context, id);
      await assertSameFolder(context, job);
      return await engine.generate(retryRequest(job, log), signal);
    },
    wake: tellWake,
    close() {
      maker.close();
      drafts.close();
      sample.close();
      if (isCopy) bringHomeTo(path, catalog);
      catalog.close();
    },
  };
  return engine;
}

async function openHubSource(options: EngineOptions, emit: (event: EngineEvent) => void, repository: RepositoryReference, revision: string | undefined, storedToken?: string): Promise<{ source: Source; endpoint: string }> {
  const { endpoint, token, cacheDirectory, maxWorkers } = repository;
  const settings = await resolveHubSettings(options.environment, {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(token === undefined ? {} : { token }),
    ...(storedToken === undefined ? {} : { storedToken }),
    ...(cacheDirectory === undefined ? {} : { hfCacheDirectories: [cacheDirectory, hubCacheDirectory(options.environment)] }),
  });
  for (const message of settings.warnings) emit({ type: 'noticed', message });
  const branch = revision ?? repository.revision;
  const source = createHubSource({
    settings,
    repoId: repository.repoId,
    userAgent: `larder/${options.version}`,
    onWarning: (message) => emit({ type: 'noticed', message }),
    ...(branch === undefined ? {} : { revision: branch }),
    ...(maxWorkers === undefined ? {} : { concurrency: maxWorkers }),
  });
  return { source, endpoint: settings.endpoint.origin };
}

async function clear(context: EngineContext, request: Commands.ClearArguments, signal: AbortSignal): Promise<Commands.ClearResult> {
  return request.delete === true ? await despiteFullCatalog(context, (there) => clearCommand(there, request, signal)) : await clearCommand(context, request, signal);
}

async function resumeJob(context: EngineContext, id: string, signal: AbortSignal): Promise<Commands.GenerateResult | Commands.VerifyResult | Commands.ClearResult> {
  const job = getJob(context, id);
  if (job.state === 'running' || job.state === 'paused') throw new LarderError('ARGUMENT_INVALID', `The job ${job.id} is ${job.state}.`, { hint: 'Watch it with `larder jobs ls`.' });
  if (job.state === 'succeeded') throw new LarderError('ARGUMENT_INVALID', `The job ${job.id} has succeeded; there is nothing to go on with.`, { hint: 'Start a new one.' });
  await assertSameFolder(context, job);
  // The arguments were written by this program, through types; a row that was edited fails in the command's own checks.
  switch (job.command) {
    case 'generate': {
      const request = job.arguments as unknown as Commands.GenerateArguments;
      return await generateCommand(context, request, await planCommand(context, request, signal), signal);
    }
    case 'verify':
      return await verifyCommand(context, { ...(job.arguments as unknown as Commands.VerifyArguments), verifiedSinceMs: job.createdAtMs }, signal);
    case 'fix':
      return await fixCommand(context, { ...(job.arguments as unknown as Commands.FixArguments), verifiedSinceMs: job.createdAtMs }, signal);
    case 'clear':
      return await clear(context, job.arguments as unknown as Commands.ClearArguments, signal);
  }
}

/** No config names that folder: where it cannot be made, what to do is to name another one. */
function placeError(error: unknown): unknown {
  if (!isLarderError(error) || error.code === 'DISK_FULL') return error;
  return new LarderError(error.code, error.message, { hint: 'Set LARDER_DATA_DIR to a folder that can be written.', ...(error.details === undefined ? {} : { details: error.details }), cause: error.cause });
}
