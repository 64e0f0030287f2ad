import { create } from 'zustand';

export type CacheDialogName = 'generate' | 'verify' | 'fix' | 'export' | 'clear';

interface AskedDialog {
  readonly asked: { readonly cacheId: number; readonly dialog: CacheDialogName } | null;
}

/** A dialog about a cache that was asked for from elsewhere than its buttons. */
export const useAskedDialog = create<AskedDialog>(() => ({ asked: null }));

export function askForDialog(cacheId: number, dialog: CacheDialogName): void {
  useAskedDialog.setState({ asked: { cacheId, dialog } });
}

export function closeAskedDialog(): void {
  useAskedDialog.setState({ asked: null });
}
