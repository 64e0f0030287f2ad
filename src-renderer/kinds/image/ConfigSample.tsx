import { useEffect, useRef, useState } from 'react';
import type { ConfigSample } from '../../../src-main/contract/methods-config.ts';
import { formatCount } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import type { ConfigSampleProps } from '../config-parts.ts';
import styles from './ConfigSample.module.css';
import { fontLabel } from './picture-url.ts';

interface Answer {
  readonly configId: string;
  readonly line: number;
  readonly sample: ConfigSample | null;
  readonly problem: { readonly message: string; readonly hint: string | undefined } | null;
}

/** A line of the corpus in every font of the config, as it would be drawn; drawn anew while the config changes. */
export function ImageConfigSample({ configId }: ConfigSampleProps) {
  const [line, setLine] = useState(0);
  const answer = useSample(configId, line);
  const sample = answer?.sample ?? null;
  const isOld = answer !== null && (answer.configId !== configId || answer.line !== line);
  return (
    <section className={styles.sample} aria-labelledby="sample-title" aria-busy={isOld || answer === null}>
      <header>
        <h2 id="sample-title">How it looks</h2>
        {sample !== null && sample.lines > 1 && (
          <span className={styles.steps}>
            <button type="button" className="button" data-size="small" aria-label="The line before" onClick={() => setLine((sample.line + sample.lines - 1) % sample.lines)}>
              ←
            </button>
            <span>
              line {formatCount(sample.line + 1)} of {formatCount(sample.lines)}
            </span>
            <button type="button" className="button" data-size="small" aria-label="The next line" onClick={() => setLine((sample.line + 1) % sample.lines)}>
              →
            </button>
          </span>
        )}
      </header>
      {answer === null && (
        <p className={styles.quiet} role="status">
          Drawing a line …
        </p>
      )}
      {answer?.problem != null && (
        <div role="alert">
          <p className={styles.bad}>▲ {answer.problem.message}</p>
          {answer.problem.hint !== undefined && <p className={styles.quiet}>{answer.problem.hint}</p>}
        </div>
      )}
      {sample !== null && (
        <>
          <p className={styles.text} lang="km">
            {sample.text}
          </p>
          <ul className={styles.fonts}>
            {sample.variants.map((variant) => (
              <li key={variant.name}>
                <span className={styles.name}>{fontLabel(variant.name)}</span>
                {variant.png === null ? (
                  <span className={styles.refused}>◆ skipped: {variant.refusal}</span>
                ) : (
                  <span className={styles.picture}>
                    <img src={`data:image/png;base64,${variant.png}`} alt={`${sample.text}, in ${fontLabel(variant.name)}`} width={variant.width} height={variant.height} />
                  </span>
                )}
              </li>
            ))}
          </ul>
          {sample.problems.map((problem) => (
            <p key={problem} className={styles.warn}>
              ◆ {problem}
            </p>
          ))}
        </>
      )}
    </section>
  );
}

/** The last answer stays until the next is there; of several under way the last one counts. */
function useSample(configId: string, line: number): Answer | null {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const asked = useRef(0);
  useEffect(() => {
    const own = ++asked.current;
    const accept = (part: Pick<Answer, 'sample' | 'problem'>): void => {
      if (own === asked.current) setAnswer({ configId, line, ...part });
    };
    call('config.sample', { configId, line }).then(
      (sample) => accept({ sample, problem: null }),
      (error: unknown) => accept({ sample: null, problem: { message: error instanceof Error ? error.message : String(error), hint: error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined } }),
    );
  }, [configId, line]);
  return answer;
}
