import type { ParameterLine } from '../../src-main/contract/plan.ts';
import styles from './ParameterList.module.css';

/** What an entry was made with; closed, since all entries of a cache share it. */
export function ParameterList({ parameters }: { readonly parameters: readonly ParameterLine[] }) {
  if (parameters.length === 0) return null;
  return (
    <details className={styles.details}>
      <summary>Parameters</summary>
      <dl>
        {parameters.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
