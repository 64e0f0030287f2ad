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

/** @returns false where the clipboard is closed to the page */
export async function toClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
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
      const isCopied = await toClipboard(text);
      if (!isCopied && shown.current !== null) getSelection()?.selectAllChildren(shown.current);
      setSaid(isCopied ? 'Copied' : 'Press Ctrl+C');
    },
  };
}
