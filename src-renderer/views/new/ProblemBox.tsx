import styles from './NewView.module.css';
import type { Problem } from './new-state.ts';

/** Why the last thing asked for did not come about, and what to do. */
export function ProblemBox({ problem }: { readonly problem: Problem }) {
  return (
    <div className={styles.problem} role="alert">
      <p>
        <span aria-hidden="true">▲ </span>
        {problem.message}
      </p>
      {problem.hint !== undefined && <p className={styles.quiet}>{problem.hint}</p>}
    </div>
  );
}
