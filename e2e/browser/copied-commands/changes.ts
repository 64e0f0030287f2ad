import type { JobSummary } from '../../../src-main/contract/commands.ts';
import type { MethodName, MethodOutput, StartedJob } from '../../../src-main/contract/methods.ts';
import type { CommandPlace } from '../../../src-renderer/ui/command-places.ts';
import type { Suite } from './places.ts';

/** Methods that only look: whoever calls them leaves everything as it was, but for rows of the catalog that follow the files. */
export const LOOKING = [
  'app.diagnostics',
  'app.info',
  'cache.entry',
  'cache.findings',
  'cache.hits',
  'cache.items',
  'cache.overview',
  'cache.parameters',
  'cache.plan',
  'cache.position',
  'cache.previewClear',
  'cache.refresh',
  'cache.repairs',
  'cache.planFix',
  'cache.sample',
  'cache.stats',
  'cache.storage',
  'config.check',
  'config.choose',
  'config.draft',
  'dropped.look',
  'folders.list',
  'jobs.follow',
  'jobs.list',
  'jobs.unfollow',
  'library.list',
  'quarantine.list',
  'settings.read',
  'storage.disk',
  'storage.own',
  'storage.previewClear',
] as const satisfies readonly MethodName[];

/** What answers with a job has begun or steered one, so that it can be none of those; one that is named there does not compile. */
type Steering = { [M in MethodName]: MethodOutput<M> extends StartedJob | JobSummary ? M : never }[MethodName];
type SteeringThatLooks = Extract<(typeof LOOKING)[number], Steering>;
const NONE_OF_THEM: SteeringThatLooks extends never ? true : never = true;
void NONE_OF_THEM;

export type ChangingMethod = Exclude<MethodName, (typeof LOOKING)[number]>;

/** Where the command of a method is shown, and which suites copy it there, run it, do its click, and compare the two. */
export type ShownAt = Partial<Readonly<Record<CommandPlace, readonly [Suite, ...Suite[]]>>>;

/**
 * Everything else changes something, and shows the command that does the same; or it says why there is none. A method that is
 * new in the contract does not compile until it stands here or above. The words of the kinds (`kinds/<id>/contract.ts`) hold
 * no methods: what a kind can do is done through these.
 */
export const CHANGING: Readonly<Record<ChangingMethod, ShownAt | string>> = {
  'cache.generate': { 'cache: generate': ['removals', 'images'], 'library: generate': ['removals'] },
  'cache.verify': { 'cache: verify': ['volumes', 'images'], 'library: verify': ['volumes'], 'findings: verify': ['volumes'], 'palette: chosen': ['looks'] },
  'cache.fix': { 'cache: fix': ['volumes', 'images'], 'library: fix': ['volumes'], 'findings: fix': ['volumes'] },
  'cache.clear': { 'cache: clear': ['removals', 'images'] },
  'cache.forget': { 'parameters: forget': ['removals'], 'library: forget': ['removals'] },
  'cache.recall': { 'cache: undo': ['removals'] },
  'quarantine.restore': { 'quarantine: put back': ['volumes'], 'cache: undo': ['volumes'] },
  'quarantine.purge': { 'quarantine: delete': ['removals'], 'jobs: room': ['room'] },
  'storage.clear': { 'storage: clear': ['removals', 'images'] },
  'storage.clearLeftovers': { 'storage: leftovers': ['removals'] },
  'storage.clearPreviews': { 'storage: previews': ['looks'] },
  'config.plan': { 'new: plan': ['beginnings'] },
  'config.generate': { 'new: generate': ['beginnings'], 'new: images': ['images'] },
  'config.cancelPlan': 'Gives up a plan that this page is making, which leaves nothing behind; on a terminal that is Ctrl-C.',
  'sample.start': { 'empty library: demo': ['beginnings'] },
  'sample.damage': { 'learn: damage': ['beginnings'] },
  'library.open': { 'new: folder': ['beginnings'], 'dropped: folder': ['looks'] },
  'jobs.cancel': { 'jobs: cancel': ['jobs'], 'cache: cancel': ['jobs'], 'library: stop': ['jobs'], 'palette: chosen': ['jobs'] },
  'jobs.pause': { 'jobs: pause': ['jobs'], 'cache: pause': ['jobs'] },
  'jobs.resume': { 'jobs: resume': ['jobs'], 'cache: resume': ['jobs'] },
  'jobs.retryFailed': { 'jobs: retry': ['jobs'] },
  'settings.change': { 'settings: one': ['looks'], 'palette: chosen': ['looks'] },
  'settings.keepToken': 'Of the desktop alone: it gives the token to the key store of the system, which no other program reads. On a terminal it comes from HF_TOKEN or `hf auth login`.',
};
