import { useEffect, useState } from 'react';
import type { Mirror } from '../../state/index.ts';
import { runningJobs } from '../../state/index.ts';
import { CommandButton } from '../../ui/CommandButton.tsx';
import styles from './Toasts.module.css';
import type { Toast } from './toasts.ts';
import { dismissToast, showFailure, tellEnded, useToasts, watchRunning } from './toasts.ts';

/** Long enough to read and to reach; one that can be undone stays until it is dismissed. */
const SHOWN_FOR_MS = 8_000;

export function Toasts({ mirror }: { readonly mirror: Mirror }) {
  const { jobs, isLoaded } = mirror;
  const toasts = useToasts((state) => state.toasts);
  useEffect(() => watchRunning(runningJobs(mirror), mirror.library), [isLoaded]);
  useEffect(() => tellEnded(jobs), [jobs]);
  return (
    <div className={styles.toasts} role="status" aria-label="What was done">
      {toasts.map((toast) => (
        <ToastLine key={toast.id} toast={toast} />
      ))}
    </div>
  );
}

function ToastLine({ toast }: { readonly toast: Toast }) {
  const [isUndoing, setIsUndoing] = useState(false);
  const isLasting = toast.undo !== undefined || toast.tone === 'bad';
  useEffect(() => {
    if (isLasting) return undefined;
    const timer = setTimeout(() => dismissToast(toast.id), SHOWN_FOR_MS);
    return () => clearTimeout(timer);
  }, [toast.id, isLasting]);
  const undo = async (action: () => Promise<void>): Promise<void> => {
    setIsUndoing(true);
    try {
      await action();
    } catch (error) {
      showFailure(error);
    }
    dismissToast(toast.id);
  };
  return (
    <div className={styles.toast} data-tone={toast.tone}>
      <p>
        <span aria-hidden="true">{toast.tone === 'bad' ? '▲ ' : '✓ '}</span>
        {toast.text}
      </p>
      {toast.undo !== undefined && (
        <button type="button" className="button" data-size="small" disabled={isUndoing} onClick={() => void undo(toast.undo!)}>
          {isUndoing ? 'Undoing …' : 'Undo'}
        </button>
      )}
      {toast.command !== undefined && <CommandButton {...toast.command} />}
      <button type="button" className={styles.dismiss} aria-label="Dismiss" onClick={() => dismissToast(toast.id)}>
        ✕
      </button>
    </div>
  );
}
