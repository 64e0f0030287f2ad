import { rawFileArguments } from '../../kinds/volume/raw-file-choice.ts';
import { create } from 'zustand';
import type { KindId } from '../../../src-main/contract/entries.ts';
import type { CheckedConfigAnswer, ConfigInput } from '../../../src-main/contract/methods-config.ts';
import type { PlanProgress, PlanSummary } from '../../../src-main/contract/plan.ts';
import { shellWord } from '../../lib/format.ts';
import { call, onPlanProgress } from '../../state/index.ts';
import { beginToLearn } from '../cache/learn/learn-marks.ts';
import { navigate } from '../navigation/use-route.ts';
import type { Choices } from './config-choices.ts';
import { NO_CHOICES, planChoices } from './config-choices.ts';

export interface Problem {
  readonly message: string;
  readonly hint: string | undefined;
}

interface NewState {
  /** What the editor shows. */
  readonly text: string;
  /** The file the text is from, or the name it came under. */
  readonly input: ConfigInput | null;
  readonly checked: CheckedConfigAnswer | null;
  readonly isChecking: boolean;
  readonly choices: Choices;
  readonly planning: { readonly planId: string; readonly progress: PlanProgress | null } | null;
  readonly plan: PlanSummary | null;
  readonly isStarting: boolean;
  /** What the last call was refused with, and where it is shown. */
  readonly problem: (Problem & { readonly at: 'config' | 'plan' | 'folder' }) | null;
}

const EMPTY: NewState = { text: '', input: null, checked: null, isChecking: false, choices: NO_CHOICES, planning: null, plan: null, isStarting: false, problem: null };

/** What is being prepared; it stays while one looks at another screen. */
export const useNew = create<NewState>(() => EMPTY);

/** While somebody types, the engine is asked when they pause. */
const CHECK_AFTER_MS = 300;
let checkTimer: ReturnType<typeof setTimeout> | undefined;
/** Of several answers under way only the last one counts. */
let checks = 0;

export function problemOf(error: unknown): Problem {
  if (!(error instanceof Error)) return { message: String(error), hint: undefined };
  return { message: error.message, hint: 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined };
}

async function check(input: ConfigInput): Promise<void> {
  const own = ++checks;
  useNew.setState({ input, isChecking: true, problem: null });
  try {
    accept(await call('config.check', input), own);
  } catch (error) {
    if (own === checks) useNew.setState({ checked: null, isChecking: false, problem: { ...problemOf(error), at: 'config' } });
  }
}

function accept(checked: CheckedConfigAnswer, own: number): void {
  if (own !== checks) return;
  useNew.setState(({ text }) => ({ checked, isChecking: false, text: checked.isText ? text : checked.text }));
}

/** A text was typed or pasted. A file that is edited becomes a text of its own. */
export function editText(text: string): void {
  const { input, plan } = useNew.getState();
  const name = input === null ? 'config' : 'path' in input ? input.path : input.name;
  useNew.setState({ text, input: { text, name }, problem: null, ...(plan === null ? {} : { plan: null }) });
  clearTimeout(checkTimer);
  if (text.trim() === '') {
    checks++;
    useNew.setState({ checked: null, isChecking: false });
  } else checkTimer = setTimeout(() => void check({ text, name }), CHECK_AFTER_MS);
}

/** A whole text from a file that was dropped or chosen. */
export async function loadText(text: string, name: string): Promise<void> {
  forgetPlan();
  useNew.setState({ text, choices: NO_CHOICES });
  await check({ text, name });
}

export async function loadPath(path: string): Promise<void> {
  forgetPlan();
  await check({ path });
}

/** Makes the sample project ready, goes to it, and plans. @throws what kept it from starting */
export async function startSample(): Promise<void> {
  const own = ++checks;
  const checked = await call('sample.start', {});
  forgetPlan();
  if (checked.facts !== null) beginToLearn(checked.facts.directory);
  useNew.setState({ ...EMPTY, input: { path: checked.path }, text: checked.text });
  accept(checked, own);
  navigate({ screen: 'new' });
  await makePlan();
}

export function startOver(): void {
  checks++;
  forgetPlan();
  useNew.setState(EMPTY);
}

export function changeChoices(change: Partial<Choices>): void {
  const { choices } = useNew.getState();
  const next = { ...choices, ...change };
  const isOtherPlan = JSON.stringify(planChoices(next)) !== JSON.stringify(planChoices(choices));
  if (isOtherPlan) forgetPlan();
  useNew.setState({ choices: next });
}

function forgetPlan(): void {
  cancelPlan();
  useNew.setState({ plan: null, problem: null });
}

export function cancelPlan(): void {
  const { planning } = useNew.getState();
  if (planning === null) return;
  useNew.setState({ planning: null });
  // The answer of the plan itself tells how it ended.
  void call('config.cancelPlan', { planId: planning.planId }).catch(() => undefined);
}

export async function makePlan(): Promise<void> {
  const { checked, choices } = useNew.getState();
  if (checked?.configId == null) return;
  // Only has to differ from those of other windows; `randomUUID` is not there over plain http.
  const planId = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  const isOwn = (): boolean => useNew.getState().planning?.planId === planId;
  useNew.setState({ planning: { planId, progress: null }, plan: null, problem: null });
  const stop = onPlanProgress(planId, (progress) => {
    if (isOwn()) useNew.setState({ planning: { planId, progress } });
  });
  try {
    const plan = await call('config.plan', { configId: checked.configId, planId, ...planChoices(choices) });
    if (isOwn()) useNew.setState({ plan });
  } catch (error) {
    if (isOwn()) useNew.setState({ problem: { ...problemOf(error), at: 'plan' } });
  } finally {
    stop();
    if (isOwn()) useNew.setState({ planning: null });
  }
}

/** Starts the job and goes to its cache. */
export async function generate(): Promise<void> {
  const { checked, choices } = useNew.getState();
  if (checked?.configId == null) return;
  useNew.setState({ isStarting: true, problem: null });
  try {
    const { cacheId } = await call('config.generate', { configId: checked.configId, ...planChoices(choices), ...rawFileArguments(choices) });
    useNew.setState({ plan: null });
    navigate({ screen: 'cache', cacheId, tab: 'items', entryKey: null });
  } catch (error) {
    useNew.setState({ problem: { ...problemOf(error), at: 'plan' } });
  } finally {
    useNew.setState({ isStarting: false });
  }
}

/** Reading its numbers takes a folder into the library. */
export function openFolderCommand(path: string, kind?: KindId): string {
  return `larder stats --cache ${shellWord(path)}${kind === undefined ? '' : ` --kind ${kind}`}`;
}

/** Takes a cache folder into the library and goes to it. */
export async function openFolder(path: string, kind?: KindId): Promise<void> {
  useNew.setState({ problem: null });
  try {
    const { cacheId } = await call('library.open', { path, ...(kind === undefined ? {} : { kind }) });
    navigate({ screen: 'cache', cacheId, tab: 'items', entryKey: null });
  } catch (error) {
    useNew.setState({ problem: { ...problemOf(error), at: 'folder' } });
  }
}
