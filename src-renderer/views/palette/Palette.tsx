import type { KeyboardEvent } from 'react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { isModalOpen } from '../../ui/modal-open.ts';
import { restFile } from '../page-files.ts';
import styles from './Palette.module.css';
import type { PaletteDialogProps, TypedAhead } from './PaletteDialog.tsx';
import { PALETTE_HINT, PALETTE_LABEL } from './palette-words.ts';

const OPEN = 'larder-palette';

/** Opens it from elsewhere on the page. */
export function openPalette(): void {
  dispatchEvent(new Event(OPEN));
}

const NOTHING_TYPED: TypedAhead = { text: '', isEntered: false };

const PaletteDialog = restFile.component((file) => file.PaletteDialog, FieldAhead);

/** Ctrl-K or Cmd-K, from the first moment of the page on. */
export function Palette() {
  const [isOpen, setOpen] = useState(false);
  const [ahead, setAhead] = useState<TypedAhead>(NOTHING_TYPED);
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
    setAhead(NOTHING_TYPED);
  };
  return isOpen ? <PaletteDialog ahead={ahead} onAhead={setAhead} onClose={close} /> : null;
}

/** Takes what is typed until the palette is there, in the place and look of its field; then the focus goes back, so that the palette finds it where it was. */
function FieldAhead({ ahead, onAhead, onClose }: PaletteDialogProps) {
  const input = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    const before = document.activeElement;
    input.current?.focus();
    return () => {
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  const onKeyDown = ({ key, nativeEvent }: KeyboardEvent): void => {
    if (key === 'Escape') onClose();
    // Not the Enter that ends a composition, which is a part of the text.
    if (key === 'Enter' && !nativeEvent.isComposing) onAhead({ ...ahead, isEntered: true });
  };
  return (
    <div className={styles.ahead}>
      <input ref={input} className={styles.input} aria-label={PALETTE_LABEL} placeholder={PALETTE_HINT} value={ahead.text} onChange={(event) => onAhead({ text: event.target.value, isEntered: false })} onKeyDown={onKeyDown} />
    </div>
  );
}
