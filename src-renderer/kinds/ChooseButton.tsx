import type { ReactNode } from 'react';
import { useRef } from 'react';
import type { Choice } from '../../src-main/contract/desktop.ts';
import { choosePath } from '../state/index.ts';

interface ChooseButtonProps {
  readonly choice: Choice;
  /** What stands in the field. */
  readonly from?: string;
  /** Id of the words that say what the path is for. */
  readonly describedBy?: string;
  readonly isDisabled?: boolean;
  readonly onPath: (path: string) => void;
  readonly children?: ReactNode;
}

/** Beside a field for a path: asks for it with a dialog instead. */
export function ChooseButton({ choice, from = '', describedBy, isDisabled = false, onPath, children = 'Browse …' }: ChooseButtonProps) {
  // Not by disabling it: the focus comes back to it when the dialog closes.
  const isAsking = useRef(false);
  const ask = async (): Promise<void> => {
    if (isAsking.current) return;
    isAsking.current = true;
    try {
      const path = await choosePath(choice, from.trim());
      if (path !== null) onPath(path);
    } finally {
      isAsking.current = false;
    }
  };
  return (
    <button type="button" className="button" aria-describedby={describedBy} disabled={isDisabled} onClick={() => void ask()}>
      {children}
    </button>
  );
}
