import type { RefObject } from 'react';
import { useEffect, useRef, useState } from 'react';

const SHOWN_FOR_MS = 2_000;

interface Copy<T extends HTMLElement> {
  /** What became of it, for two seconds. */
  readonly said: 'Copied' | 'Press Ctrl+C' | null;
  /** Goes to the element that shows the text: it is selected where the clipboard is closed to the page. */
  readonly shown: RefObject<T | null>;
  copy(): Promise<void>;
}

export function useCopy<T extends HTMLElement>(text: string): Copy<T> {
  const shown = useRef<T>(null);
  const [said, setSaid] = useState<Copy<T>['said']>(null);
  useEffect(() => {
    if (said === null) return undefined;
    const timer = setTimeout(() => setSaid(null), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [said]);
  return {
    said,
    shown,
    async copy() {
      try {
        await navigator.clipboard.writeText(text);
        setSaid('Copied');
      } catch {
        if (shown.current !== null) getSelection()?.selectAllChildren(shown.current);
        setSaid('Press Ctrl+C');
      }
    },
  };
}
