import styles from './CommandLine.module.css';
import type { CommandPlace } from './command-places.ts';
import { useCopy } from './use-copy.ts';

export interface CommandLineProps {
  readonly place: CommandPlace;
  readonly command: string;
  /** What the command is for, for the button's name. */
  readonly purpose: string;
}

/** A command to copy. Where the clipboard is closed to the page, the text is selected instead. */
export function CommandLine({ place, command, purpose }: CommandLineProps) {
  const { said, shown, copy } = useCopy<HTMLElement>(command);
  return (
    <div className={styles.line} data-command-place={place}>
      <code ref={shown} title={command}>
        {command}
      </code>
      <button type="button" aria-label={`Copy the command: ${purpose}`} onClick={() => void copy()}>
        <span role="status">{said ?? 'Copy'}</span>
      </button>
    </div>
  );
}
