import { Dialog as Parts } from '@base-ui/react/dialog';
import type { ReactNode, RefObject } from 'react';
import { useRef } from 'react';
import { Modal } from './Modal.tsx';
import styles from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  /** Called however it closes: Esc, Close, or the action. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the bottom; the one that closes is there already. */
  readonly actions: ReactNode;
  /** As wide as the window allows, for pictures. */
  readonly isWide?: boolean;
  /** What it asks for cannot be undone. */
  readonly isAlert?: boolean;
  readonly focus?: RefObject<HTMLElement | null>;
}

/** A question over the page. One about what cannot be undone begins at the answer that does nothing. */
export function Dialog({ title, onClose, children, actions, isWide = false, isAlert = false, focus }: DialogProps) {
  const close = useRef<HTMLButtonElement>(null);
  const first = focus ?? (isAlert ? close : undefined);
  return (
    <Modal onClose={onClose} className={isWide ? styles.wide : styles.dialog} isAlert={isAlert} {...(first === undefined ? {} : { focus: first })}>
      <Parts.Title>{title}</Parts.Title>
      {isAlert ? (
        <Parts.Description render={<div />} className={styles.body}>
          {children}
        </Parts.Description>
      ) : (
        <div className={styles.body}>{children}</div>
      )}
      <footer>
        <Parts.Close ref={close} className="button">Close</Parts.Close>
        {actions}
      </footer>
    </Modal>
  );
}
