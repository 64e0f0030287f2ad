import { useEffect, useRef, useState } from 'react';
import styles from './CommandLine.module.css';

const SHOWN_FOR_MS = 2_000;

interface CommandLineProps {
  readonly command: string;
  /** What the command is for, for the button's name. */
  readonly purpose: string;
}

/** A command to copy. Where the clipboard is closed to the page, the text is selected instead. */
export function CommandLine({ command, purpose }: CommandLineProps) {
  const code = useRef<HTMLElement>(null);
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(command);
      setSaid('Copied');
    } catch {
      if (code.current !== null) getSelection()?.selectAllChildren(code.current);
      setSaid('Press Ctrl+C');
    }
  };
  return (
    <div className={styles.line}>
      <code ref={code} title={command}>
        {command}
      </code>
      <button type="button" aria-label={`Copy the command: ${purpose}`} onClick={() => void copy()}>
        <span role="status">{said ?? 'Copy'}</span>
      </button>
    </div>
  );
}
