import { Toast } from '@base-ui/react/toast';
import { useEffect, useState } from 'react';
import type { Mirror } from '../../state/index.ts';
import { runningJobs } from '../../state/index.ts';
import { CommandButton } from '../../ui/CommandButton.tsx';
import styles from './Toasts.module.css';
import type { ToastContent } from './toasts.ts';
import { showFailure, tellEnded, toastManager, watchRunning } from './toasts.ts';

const TOASTS_SHOWN = 3;

/** Says what was done, over whatever screen and dialog there is; F6 goes there, and Shift+Tab back. */
export function Toasts({ mirror }: { readonly mirror: Mirror }) {
  const { jobs, isLoaded } = mirror;
  useEffect(() => watchRunning(runningJobs(mirror), mirror.library), [isLoaded]);
  useEffect(() => tellEnded(jobs), [jobs]);
  return (
    <Toast.Provider toastManager={toastManager} limit={TOASTS_SHOWN}>
      <Toast.Portal>
        <Toast.Viewport className={styles.toasts} aria-label="What was done (F6)">
          <ToastLines />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function ToastLines() {
  const { toasts } = Toast.useToastManager<ToastContent>();
  return toasts.map((toast) => <ToastLine key={toast.id} toast={toast} />);
}

/** A group and not a dialog, as the library has it: it asks nothing, and what waits for an answer is a dialog alone. */
function ToastLine({ toast }: { readonly toast: Toast.Root.ToastObject<ToastContent> }) {
  const [isUndoing, setIsUndoing] = useState(false);
  const { close } = Toast.useToastManager();
  const { tone, undo, show, command } = toast.data!;
  const undoIt = async (action: () => Promise<void>): Promise<void> => {
    if (isUndoing) return;
    setIsUndoing(true);
    try {
      await action();
    } catch (error) {
      showFailure(error);
    }
    close(toast.id);
  };
  return (
    <Toast.Root toast={toast} role="group" aria-modal={undefined} swipeDirection={[]} className={styles.toast}>
      <div className={styles.words}>
        <Toast.Title render={<p />}>
          <span aria-hidden="true">{tone === 'bad' ? '▲ ' : '✓ '}</span>
          {toast.title}
        </Toast.Title>
        {toast.description !== undefined && <Toast.Description className={styles.hint} />}
      </div>
      {undo !== undefined && (
        <Toast.Action className="button" data-size="small" aria-disabled={isUndoing} onClick={() => void undoIt(undo)}>
          {isUndoing ? 'Undoing …' : 'Undo'}
        </Toast.Action>
      )}
      {show !== undefined && (
        <Toast.Action className="button" data-size="small" onClick={() => void show()}>
          Show in folder
        </Toast.Action>
      )}
      {command !== undefined && <CommandButton {...command} />}
      {/* The library shows a stack of which only one can be read; here all can. */}
      <Toast.Close className={styles.dismiss} aria-label="Dismiss" aria-hidden={false}>
        ✕
      </Toast.Close>
    </Toast.Root>
  );
}
