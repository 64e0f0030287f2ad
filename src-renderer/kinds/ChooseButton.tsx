import type { ReactNode } from 'react';
import { useId, useRef } from 'react';
import type { Choice } from '../../src-main/contract/desktop.ts';
import { choosePath } from '../state/index.ts';

interface ChooseButtonProps {
  readonly choice: Choice;
  /** What stands in the field. */
  readonly from?: string;
  /** Id of the words that say what the path is for: of several such buttons each has a name of its own. */
  readonly namedBy?: string;
  readonly isDisabled?: boolean;
  readonly onPath: (path: string) => void;
  readonly children?: ReactNode;
}

/** Beside a field for a path: asks for it with a dialog instead. */
export function ChooseButton({ choice, from = '', namedBy, isDisabled = false, onPath, children = 'Browse …' }: ChooseButtonProps) {
  const id = useId();
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
    <button id={id} type="button" className="button" aria-labelledby={namedBy === undefined ? undefined : `${id} ${namedBy}`} disabled={isDisabled} onClick={() => void ask()}>
      {children}
    </button>
  );
}
