import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog } from '@base-ui/react/dialog';
import type { KeyboardEventHandler, ReactNode, RefObject } from 'react';
import { useEffect, useRef } from 'react';
import { isModalOpen } from './modal-open.ts';
import styles from './Modal.module.css';

interface ModalProps {
  /** Called however it closes. */
  readonly onClose: () => void;
  readonly className?: string | undefined;
  /** Its name where no `Dialog.Title` in it says it. */
  readonly label?: string;
  /** What has the focus from the first moment on, so that no key is lost; otherwise the first control gets it. */
  readonly focus?: RefObject<HTMLElement | null> | 'itself';
  /** Whether a click beside it closes it; what asks a question waits for its answer. */
  readonly closesOutside?: boolean;
  /** What it asks for cannot be undone. */
  readonly isAlert?: boolean;
  readonly onKeyDown?: KeyboardEventHandler<HTMLDivElement>;
  readonly children: ReactNode;
}

/** Lies over the page as long as it is rendered. The focus stays inside, and goes back to where it was, or to the screen that it has led to. */
export function Modal({ onClose, className = '', label, focus, closesOutside = false, isAlert = false, onKeyDown, children }: ModalProps) {
  const popup = useRef<HTMLDivElement>(null);
  useEffect(focusNewScreenAfter, []);
  const { Root, Portal, Backdrop, Popup } = isAlert ? AlertDialog : Dialog;
  const onOpenChange = (isOpen: boolean, details: Dialog.Root.ChangeEventDetails): void => {
    if (isOpen) return;
    // The library knows those above it that are rendered inside of it; one that another part of the page has opened lies there too.
    const isUnder = details.reason === 'escape-key' && popup.current !== Array.from(document.querySelectorAll('[data-modal]')).at(-1);
    if (isUnder || (details.reason === 'outside-press' && !closesOutside)) details.cancel();
    else onClose();
  };
  const focusAtOnce = (): boolean => {
    if (focus === undefined) return true;
    (focus === 'itself' ? popup : focus).current?.focus();
    return false;
  };
  return (
    <Root open onOpenChange={onOpenChange}>
      <Portal>
        <Backdrop className={styles.backdrop} />
        <Popup ref={popup} className={`${styles.popup} ${className}`} data-modal={closesOutside ? '' : 'question'} aria-modal="true" aria-label={label} initialFocus={focusAtOnce} onKeyDown={onKeyDown}>
          {children}
        </Popup>
      </Portal>
    </Root>
  );
}

/** Screen and tab of the address; which entry is open there is of no matter. */
function placeOf(hash: string): string {
  return hash.split('/').slice(0, 4).join('/');
}

/** What had the focus may be of the screen before. The address changes when a link's click is over, and the focus is given back in a microtask: both go first. */
function focusNewScreenAfter(): () => void {
  const openedAt = placeOf(location.hash);
  return () =>
    void setTimeout(() => {
      if (placeOf(location.hash) !== openedAt && !isModalOpen()) document.querySelector('main')?.focus();
    });
}
