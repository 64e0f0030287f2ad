import { useEffect, useRef } from 'react';
import type { CheckedConfigAnswer } from '../../../src-main/contract/methods-config.ts';
import type { PlanProgress } from '../../../src-main/contract/plan.ts';
import { hasRawFiles } from '../../kinds/config-parts.ts';
import { formatCount, percentOf } from '../../lib/format.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { ProgressBar } from '../../ui/ProgressBar.tsx';
import { ChoicesForm } from './ChoicesForm.tsx';
import { generateCommand, isReady, planCommand } from './config-choices.ts';
import { cancelPlan, generate, makePlan, useNew } from './new-state.ts';
import styles from './NewView.module.css';
import { PlanNumbers } from './PlanNumbers.tsx';
import { ProblemBox } from './ProblemBox.tsx';

/** Options, the plan they lead to, and the button that starts it. */
export function PlanPanel({ checked }: { readonly checked: CheckedConfigAnswer }) {
  const { choices, planning, plan, isStarting, isChecking, problem } = useNew();
  const section = useRef<HTMLElement>(null);
  const start = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (plan === null) return;
    section.current?.scrollIntoView({ block: 'nearest' });
    // Who came here from a button that is gone, as that of the sample, goes on by keyboard from here and not from the top of the page.
    if (document.activeElement === document.body) start.current?.focus({ preventScroll: true });
  }, [plan]);
  const isPossible = isReady(choices) && !isChecking && checked.configId !== null;
  const hasNothing = plan !== null && plan.toMake === 0 && !choices.cleanLocalRawFiles;
  return (
    <section ref={section} className={styles.card} aria-labelledby="plan-title" aria-busy={planning !== null}>
      <div className={styles.planHead}>
        <h2 id="plan-title">Plan</h2>
        <div className={styles.actions}>
          {planning === null ? (
            <button type="button" className="button" data-tone={plan === null ? 'main' : undefined} disabled={!isPossible || isStarting} onClick={() => void makePlan()}>
              {plan === null ? 'Plan' : 'Plan again'}
            </button>
          ) : (
            <button type="button" className="button" onClick={cancelPlan}>
              Cancel
            </button>
          )}
          {plan !== null && !hasNothing && (
            <button ref={start} type="button" className="button" data-tone="main" disabled={!isPossible || isStarting || !plan.disk.fits} onClick={() => void generate()}>
              {isStarting ? 'Starting …' : generateWords(plan.toMake)}
            </button>
          )}
        </div>
      </div>
      <ChoicesForm areRawFiles={checked.facts === null || hasRawFiles(checked.facts.kind)} />
      {planning !== null && <Planning progress={planning.progress} />}
      {plan !== null && <PlanNumbers plan={plan} />}
      {hasNothing && <p className={styles.quiet}>{plan.blocked.count > 0 ? 'Nothing of what is missing can be made; “cannot be made” above says why.' : 'Everything is there already.'}</p>}
      {problem?.at === 'plan' && <ProblemBox problem={problem} />}
      {plan === null ? <CommandLine place="new: plan" command={planCommand(checked.path, choices)} purpose="plan this config" /> : <CommandLine place="new: generate" command={generateCommand(checked.path, choices)} purpose="generate this config" />}
      {checked.isText && plan === null && <p className={styles.quiet}>The file of this command is written when it is planned here.</p>}
    </section>
  );
}

function generateWords(count: number): string {
  if (count === 0) return 'Generate';
  return `Generate ${formatCount(count)} ${count === 1 ? 'entry' : 'entries'}`;
}

function Planning({ progress }: { readonly progress: PlanProgress | null }) {
  const { phase, done, total } = progress ?? { phase: 'reading lists', done: 0, total: 0 };
  return (
    <div className={styles.planning} role="status">
      <span>
        {phase}
        {total > 0 && phase === 'looking for raw files' && `: ${formatCount(done)} of ${formatCount(total)}`}
        {total > 0 && phase === 'asking the Hub' && ` for the sizes of ${formatCount(total)} files`} …
      </span>
      <ProgressBar className={styles.bar} label="Planning" percent={total > 0 && phase === 'looking for raw files' ? percentOf(done, total) : null} />
    </div>
  );
}
