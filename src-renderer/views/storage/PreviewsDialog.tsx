import { useState } from 'react';
import type { DiskShare } from '../../../src-main/contract/storage.ts';
import { formatBytes, formatCount } from '../../lib/format.ts';
import { call } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { showFailure, showToast, tellChange } from '../cache/toasts.ts';

interface PreviewsDialogProps {
  readonly previews: DiskShare;
  readonly onClose: () => void;
}

/** Copies only: nothing to set aside, nothing to put back. */
export function PreviewsDialog({ previews, onClose }: PreviewsDialogProps) {
  const [isClearing, setIsClearing] = useState(false);
  const clear = async (): Promise<void> => {
    setIsClearing(true);
    try {
      const { files, bytes } = await call('storage.clearPreviews', {});
      showToast({ tone: 'done', text: `${formatCount(files)} previews removed, ${formatBytes(bytes)}.` });
      tellChange();
    } catch (error) {
      showFailure(error);
    }
    onClose();
  };
  return (
    <Dialog
      title="Clear previews"
      onClose={onClose}
      actions={
        <button type="button" className="button" data-tone="main" disabled={isClearing} onClick={() => void clear()}>
          {isClearing ? 'Clearing …' : 'Clear'}
        </button>
      }
    >
      <p>
        {formatCount(previews.files)} {previews.files === 1 ? 'picture' : 'pictures'} ({formatBytes(previews.sizeBytes)}) made for viewing. No cache is touched; each is made again when its entry is looked at, in about a second.
      </p>
      <CommandLine place="storage: previews" command="larder clear --previews --yes" purpose="clear the previews" />
    </Dialog>
  );
}
