import { AlertDialog } from '@base-ui/react/alert-dialog';
import { Dialog } from '@base-ui/react/dialog';
import type { KeyboardEventHandler, ReactNode, RefObject } from 'react';
import { useRef } from 'react';
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

/** Lies over the page as long as it is rendered. The focus stays inside, and goes back to where it was. */
export function Modal({ onClose, className = '', label, focus, closesOutside = false, isAlert = false, onKeyDown, children }: ModalProps) {
  const popup = useRef<HTMLDivElement>(null);
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
