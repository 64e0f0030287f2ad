import type { ReactNode } from 'react';
import { useId, useLayoutEffect, useRef } from 'react';
import styles from './Dialog.module.css';

interface DialogProps {
  readonly title: string;
  /** Called however it closes: Esc, Cancel, or the action. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the bottom; the one that closes is there already. */
  readonly actions: ReactNode;
  /** As wide as the window allows, for pictures. */
  readonly isWide?: boolean;
}

/** A question over the page. The browser keeps the focus inside and gives it back where it was. */
export function Dialog({ title, onClose, children, actions, isWide = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Before it is taken out of the page: only then closing gives the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  return (
    <dialog ref={dialog} className={styles.dialog} data-wide={isWide} aria-labelledby={titleId} onCancel={onClose}>
      <h2 id={titleId}>{title}</h2>
      <div className={styles.body}>{children}</div>
      <footer>
        <button type="button" className="button" onClick={onClose}>
          Close
        </button>
        {actions}
      </footer>
    </dialog>
  );
}
