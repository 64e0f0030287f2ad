import { useDeferredValue, useEffect, useRef, useState } from 'react';
import type { Draft } from '../../../src-main/contract/methods-config.ts';
import { call } from '../../state/index.ts';
import { TextBox } from '../../ui/TextBox.tsx';
import type { ConfigSampleProps } from '../config-parts.ts';
import styles from './ConfigSample.module.css';
import { fontLabel } from './picture-url.ts';

interface Answer {
  /** What it answers. */
  readonly about: string;
  readonly drafts: readonly Draft[];
  readonly problem: { readonly message: string; readonly hint: string | undefined } | null;
}

/** A line in every font of the config, as it would be drawn; drawn anew while the config or the line changes. */
export function ImageConfigSample({ configId }: ConfigSampleProps) {
  const [typed, setTyped] = useState('');
  const text = useDeferredValue(typed.trim());
  const about = `${configId} ${text}`;
  const answer = useDrafts(configId, text, about);
  return (
    <section className={styles.sample} aria-labelledby="sample-title" aria-busy={answer?.about !== about}>
      <h2 id="sample-title">How it looks</h2>
      <TextBox className={styles.input} lang="km" label="A line to try" placeholder="A line to try; empty: the first of the corpus" text={typed} onChange={setTyped} />
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
      <ul className={styles.fonts}>
        {answer?.drafts.map((draft) => (
          <li key={draft.variant}>
            <span className={styles.name}>{fontLabel(draft.variant)}</span>
            {draft.png === null ? (
              <span className={styles.refused}>◆ skipped: {draft.problem}</span>
            ) : (
              <span className={styles.picture}>
                <img src={`data:image/png;base64,${draft.png}`} alt={`The line in ${fontLabel(draft.variant)}`} width={draft.width} height={draft.height} />
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** The last answer stays until the next is there; of several under way the last one counts. */
function useDrafts(configId: string, text: string, about: string): Answer | null {
  const [answer, setAnswer] = useState<Answer | null>(null);
  const asked = useRef('');
  useEffect(() => {
    asked.current = about;
    const accept = (part: Pick<Answer, 'drafts' | 'problem'>): void => {
      if (asked.current === about) setAnswer({ about, ...part });
    };
    call('config.draft', { configId, text }).then(
      (drafts) => accept({ drafts, problem: null }),
      (error: unknown) => accept({ drafts: [], problem: { message: error instanceof Error ? error.message : String(error), hint: error instanceof Error && 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined } }),
    );
  }, [configId, text, about]);
  return answer;
}
