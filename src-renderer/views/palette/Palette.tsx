import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { isModalOpen } from '../../ui/modal-open.ts';
import { restFile } from '../page-files.ts';
import styles from './Palette.module.css';
import type { PaletteDialogProps } from './PaletteDialog.tsx';
import { PALETTE_HINT, PALETTE_LABEL } from './palette-words.ts';

const OPEN = 'larder-palette';

/** Opens it from elsewhere on the page. */
export function openPalette(): void {
  dispatchEvent(new Event(OPEN));
}

const PaletteDialog = restFile.component((file) => file.PaletteDialog, TypedAhead);

/** Ctrl-K or Cmd-K, from the first moment of the page on. */
export function Palette() {
  const [isOpen, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      // Another dialog asks something; it comes first.
      setOpen((open) => !open && !isModalOpen());
    };
    const onOpen = (): void => setOpen(true);
    addEventListener('keydown', onKey);
    addEventListener(OPEN, onOpen);
    return () => {
      removeEventListener('keydown', onKey);
      removeEventListener(OPEN, onOpen);
    };
  }, []);
  const close = (): void => {
    setOpen(false);
    setTyped('');
  };
  return isOpen ? <PaletteDialog typed={typed} onTyped={setTyped} onClose={close} /> : null;
}

/** Takes what is typed until the palette is there, in the place and look of its field; then the focus goes back, so that the palette finds it where it was. */
function TypedAhead({ typed, onTyped, onClose }: PaletteDialogProps) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    input.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <div className={styles.ahead}>
      <input ref={input} className={styles.input} aria-label={PALETTE_LABEL} placeholder={PALETTE_HINT} value={typed} onChange={(event) => onTyped(event.target.value)} onKeyDown={(event) => event.key === 'Escape' && onClose()} />
    </div>
  );
}
