import { useRef } from 'react';
import type { ConfigProblem } from '../../../src-main/contract/config.ts';
import type { CheckedConfigAnswer } from '../../../src-main/contract/methods-config.ts';
import { annotate, countWords, offsetOf } from './annotations.ts';
import styles from './ConfigEditor.module.css';

interface ConfigEditorProps {
  readonly text: string;
  readonly checked: CheckedConfigAnswer | null;
  readonly isChecking: boolean;
  readonly onChange: (text: string) => void;
}

const LINES_SHOWN_AT_LEAST = 22;

/** The text of a config with its line numbers; what is wrong stands behind the line it is about. */
export function ConfigEditor({ text, checked, isChecking, onChange }: ConfigEditorProps) {
  const area = useRef<HTMLTextAreaElement>(null);
  const problems = checked?.problems ?? [];
  const notes = annotate(text, problems, checked?.path ?? '');
  const lineCount = Math.max(LINES_SHOWN_AT_LEAST, text.split('\n').length);
  const goTo = (problem: ConfigProblem): void => {
    const at = offsetOf(text, problem);
    area.current?.focus();
    area.current?.setSelectionRange(at, at);
  };
  return (
    <div className={styles.editor}>
      <div className={styles.scroll}>
        <ol className={styles.numbers} aria-hidden="true">
          {Array.from({ length: lineCount }, (_, index) => {
            const note = notes.find(({ line }) => line === index + 1);
            return (
              <li key={index} data-severity={note?.severity}>
                {note === undefined ? index + 1 : `${note.severity === 'error' ? '▲' : '◆'} ${index + 1}`}
              </li>
            );
          })}
        </ol>
        <div className={styles.paper} style={{ height: `calc(${lineCount} * var(--row))` }}>
          {notes.map(({ line, severity, message, column }) => (
            <p key={line} className={styles.note} data-severity={severity} aria-hidden="true" style={{ top: `calc(${line - 1} * var(--row))`, paddingLeft: `calc(${column + 2}ch + 8px)` }}>
              {message}
            </p>
          ))}
          <textarea
            ref={area}
            aria-label="Text of the config"
            aria-describedby="config-problems"
            aria-invalid={problems.some((problem) => problem.severity === 'error')}
            spellCheck={false}
            autoCapitalize="off"
            autoComplete="off"
            wrap="off"
            placeholder={notes.length === 0 ? 'Paste a config here, or drop its file anywhere in the window.' : ''}
            value={text}
            onChange={(event) => onChange(event.target.value)}
          />
        </div>
      </div>
      <div id="config-problems" className={styles.problems}>
        <p role="status" className={styles.verdict} data-state={verdictState(text, checked, isChecking)}>
          {verdictWords(text, checked, isChecking)}
        </p>
        {problems.length > 0 && (
          <ul aria-label="Problems of the config">
            {problems.map((problem) => (
              <li key={`${problem.file}:${problem.line}:${problem.column}:${problem.message}`}>
                <ProblemLine problem={problem} isOwn={problem.file === checked?.path} onGo={() => goTo(problem)} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  );
}

function verdictState(text: string, checked: CheckedConfigAnswer | null, isChecking: boolean): string {
  if (text.trim() === '' || checked === null || isChecking) return 'open';
  return checked.facts === null ? 'error' : 'good';
}

function verdictWords(text: string, checked: CheckedConfigAnswer | null, isChecking: boolean): string {
  if (text.trim() === '') return 'Nothing to check yet.';
  if (checked === null || isChecking) return isChecking ? 'Checking …' : 'Not checked.';
  const count = countWords(checked.problems);
  if (checked.facts === null) return `▲ ${count}`;
  return count === '' ? '● No problems' : `● Can be used · ${count}`;
}

function ProblemLine({ problem, isOwn, onGo }: { readonly problem: ConfigProblem; readonly isOwn: boolean; readonly onGo: () => void }) {
  const { severity, line, column, path, message, allowed, file } = problem;
  const place = isOwn ? `line ${line}:${column}` : `${file}:${line}`;
  return (
    <div className={styles.problem}>
      <span className={styles.severity} data-severity={severity}>
        {severity === 'error' ? '▲ error' : '◆ warning'}
      </span>
      {isOwn ? (
        <button type="button" className={styles.place} onClick={onGo} aria-label={`Go to ${place}`}>
          {place}
        </button>
      ) : (
        <span className={styles.place}>{place}</span>
      )}
      <span className={styles.message}>
        {path !== '' && <code>{path}</code>} {message}
        {allowed !== undefined && <span className={styles.allowed}>Allowed: {allowed}</span>}
      </span>
    </div>
  );
}
