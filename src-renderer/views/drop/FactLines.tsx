import type { ParameterLine } from '../../../src-main/contract/plan.ts';
import styles from './Dropped.module.css';

export function FactLines({ lines }: { readonly lines: readonly ParameterLine[] }) {
  return (
    <dl className={styles.facts}>
      {lines.map(({ name, value }) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
