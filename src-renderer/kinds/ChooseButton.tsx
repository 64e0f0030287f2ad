import type { ReactNode } from 'react';
import { useState } from 'react';
import type { Choice } from '../../src-main/contract/desktop.ts';
import { canChoosePath, choosePath } from '../state/index.ts';

interface ChooseButtonProps {
  readonly choice: Choice;
  /** Id of the words that say what the path is for. */
  readonly describedBy?: string;
  readonly isDisabled?: boolean;
  readonly onPath: (path: string) => void;
  readonly children?: ReactNode;
}

/** Beside a field for a path: asks for it with a dialog instead. */
export function ChooseButton({ choice, describedBy, isDisabled = false, onPath, children = 'Browse …' }: ChooseButtonProps) {
  const [isAsking, setAsking] = useState(false);
  if (!canChoosePath()) return null;
  const ask = async (): Promise<void> => {
    setAsking(true);
    try {
      const path = await choosePath(choice);
      if (path !== null) onPath(path);
    } finally {
      setAsking(false);
    }
  };
  return (
    <button type="button" className="button" aria-describedby={describedBy} disabled={isDisabled || isAsking} onClick={() => void ask()}>
      {children}
    </button>
  );
}
