import styles from './CommandLine.module.css';
import type { CommandLineProps } from './CommandLine.tsx';
import { useCopy } from './use-copy.ts';

/** The same beside the button it belongs to, where a whole line has no room: pointing at it shows the command. */
export function CommandButton({ place, command, purpose }: CommandLineProps) {
  const { said, shown, copy } = useCopy<HTMLElement>(command);
  return (
    <span className={styles.beside} data-command-place={place}>
      <button type="button" aria-label={`Copy the command: ${purpose}`} onClick={() => void copy()}>
        <span role="status">{said ?? <span aria-hidden="true">$_</span>}</span>
      </button>
      <code ref={shown} className={styles.hint} role="tooltip">
        {command}
      </code>
    </span>
  );
}
