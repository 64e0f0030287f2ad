import { useEffect, useState } from 'react';
import type { CacheOverview, CacheSummary, JobSummary } from '../../../../src-main/contract/commands.ts';
import { shellWord } from '../../../lib/format.ts';
import { call } from '../../../state/index.ts';
import { CommandButton } from '../../../ui/CommandButton.tsx';
import { navigate } from '../../navigation/use-route.ts';
import { FixDialog, VerifyDialog } from '../dialogs.ts';
import { showFailure, undoFix } from '../toasts.ts';
import styles from './LearnStrip.module.css';
import { mark, marksOf, useLearnMarks } from './learn-marks.ts';
import type { LearnState } from './learn-steps.ts';
import { LEARN_STEPS, learnState, learnText } from './learn-steps.ts';

interface LearnStripProps {
  readonly cache: CacheSummary;
  readonly overview: CacheOverview | undefined;
  /** What runs on it now. */
  readonly job: JobSummary | undefined;
  readonly jobs: readonly JobSummary[];
  /** An item is being looked at. */
  readonly isLooking: boolean;
}

/** The way through the sample for newcomers: look, damage, verify, fix, undo. Gone when it is done or closed. */
export function LearnStrip({ cache, overview, job, jobs, isLooking }: LearnStripProps) {
  const { directory } = cache;
  const marks = useLearnMarks((kept) => (kept.directory === directory ? kept : null)) ?? marksOf(useLearnMarks.getState(), directory);
  const state = learnState(cache, jobs, marks);
  const isDone = state.next === LEARN_STEPS.length;
  useEffect(() => {
    if (isLooking && !marks.hasLooked) mark(directory, { hasLooked: true });
  }, [isLooking, marks.hasLooked, directory]);
  // Whoever goes elsewhere after the last step has read it.
  useEffect(() => (isDone ? () => mark(directory, { isOver: true }) : undefined), [isDone, directory]);
  if (marks.isOver || (cache.present === 0 && !isDone) || job?.command === 'generate') return null;
  const found = overview?.findings.find(({ severity }) => severity === 'error')?.code;
  const close = (): void => {
    mark(directory, { isOver: true });
    document.querySelector('main')?.focus();
  };
  return (
    <section className={styles.strip} aria-label="Learn with the sample">
      <ol className={styles.steps}>
        {LEARN_STEPS.map((title, index) => (
          <li key={title} aria-current={index === state.next ? 'step' : undefined} data-done={index < state.next || undefined}>
            <span aria-hidden="true">{index < state.next ? '✓' : index + 1}</span> {title}
            {index < state.next && <span className="visually-hidden"> (done)</span>}
          </li>
        ))}
      </ol>
      <p className={styles.text} role="status">
        {learnText(state.next, found)}
      </p>
      <div className={styles.actions}>
        <Action cache={cache} state={state} isBusy={job !== undefined} onDone={close} />
        {!isDone && (
          <button type="button" className={styles.close} aria-label="Close the guide" onClick={close}>
            ✕
          </button>
        )}
      </div>
    </section>
  );
}

const TITLES = ['Show an item', 'Damage one', 'Verify …', 'Fix …', 'Undo the fix', 'Done'] as const;

interface ActionProps {
  readonly cache: CacheSummary;
  readonly state: LearnState;
  readonly isBusy: boolean;
  readonly onDone: () => void;
}

/** The one button of the step that is next. It stays the same element, so that the focus stays on it from step to step. */
function Action({ cache, state: { next, fix }, isBusy, onDone }: ActionProps) {
  const [isAsking, setIsAsking] = useState(false);
  const [open, setOpen] = useState<'verify' | 'fix' | null>(null);
  const isOff = isBusy || isAsking;
  const act = async (): Promise<void> => {
    if (isOff) return;
    if (next === 2) setOpen('verify');
    else if (next === 3) setOpen('fix');
    else if (next === 5) onDone();
    else {
      setIsAsking(true);
      try {
        if (next === 0) await showOne(cache);
        else if (next === 1) await damageOne(cache);
        else if (fix !== undefined) await undoFix(fix, cache);
      } catch (error) {
        showFailure(error);
      }
      setIsAsking(false);
    }
  };
  return (
    <>
      <button type="button" className="button" data-size="small" data-tone={isOff ? undefined : 'main'} aria-disabled={isOff} onClick={() => void act()}>
        {TITLES[next]}
      </button>
      {next === 1 && <CommandButton place="learn: damage" command={`larder sample damage --cache ${shellWord(cache.directory)}`} purpose="damage one entry of the sample" />}
      {open === 'verify' && <VerifyDialog cache={cache} onClose={() => setOpen(null)} />}
      {open === 'fix' && <FixDialog cache={cache} onClose={() => setOpen(null)} />}
    </>
  );
}

async function showOne(cache: CacheSummary): Promise<void> {
  const { rows } = await call('cache.items', { cacheId: cache.id, states: ['cached'], limit: 1 });
  if (rows[0] !== undefined) navigate({ screen: 'cache', cacheId: cache.id, tab: 'items', entryKey: rows[0].key });
}

async function damageOne({ id, directory }: CacheSummary): Promise<void> {
  const { atMs } = await call('sample.damage', { cacheId: id });
  mark(directory, { damagedAtMs: atMs, isUndone: false });
}
