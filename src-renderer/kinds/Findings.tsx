import type { Finding, Severity } from '../../src-main/contract/findings.ts';
import { FINDINGS } from '../../src-main/contract/findings.ts';
import styles from './Findings.module.css';

const SHAPES: Readonly<Record<Severity, string>> = { error: '▲', warning: '◆', information: '●' };

/** What is wrong with an entry: what it is, what it means for training, what repairing does. */
export function Findings({ findings }: { readonly findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <ul className={styles.findings} aria-label="Findings">
      {findings.map((finding, at) => {
        const kind = FINDINGS[finding.code];
        return (
          <li key={`${finding.code} ${at}`} className={styles[finding.severity]}>
            <p className={styles.title}>
              <span aria-hidden="true">{SHAPES[finding.severity]}</span> {kind.title} <code>{finding.code}</code> <span className={styles.severity}>{finding.severity}</span>
            </p>
            <p>{finding.message}</p>
            <p>{kind.meaning}</p>
            <p className={styles.fix}>Repair: {kind.fix}</p>
          </li>
        );
      })}
    </ul>
  );
}
