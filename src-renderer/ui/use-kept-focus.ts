import type { FocusEvent, RefObject } from 'react';
import { useEffect, useRef } from 'react';

interface KeptFocus {
  readonly ref: RefObject<HTMLDivElement | null>;
  readonly tabIndex: -1;
  onFocus(): void;
  onBlur(event: FocusEvent<HTMLElement>): void;
}

/**
 * For controls that give way to others, as *Verify* to *Pause*: whoever was on one of them, or in a dialog
 * it has opened, is at their place then, and not at the beginning of the page. No control gets the focus: a key
 * that is still held down would press it.
 */
export function useKeptFocus(): KeptFocus {
  const ref = useRef<HTMLDivElement>(null);
  const isHere = useRef(false);
  // Whenever they may have changed. What closes gives the focus back in a microtask, which goes first.
  useEffect(() => {
    if (!isHere.current) return;
    const timer = setTimeout(() => {
      if (isHere.current && document.activeElement === document.body) ref.current?.focus();
    });
    return () => clearTimeout(timer);
  });
  return {
    ref,
    tabIndex: -1,
    onFocus: () => {
      isHere.current = true;
    },
    // One that cannot be pressed any more loses the focus too, though nobody has gone.
    onBlur: ({ target }) => {
      isHere.current = target.matches(':disabled') || !target.isConnected;
    },
  };
}
