import type { Revealed } from '../../../src-main/contract/desktop.ts';
import { desktop } from '../../state/index.ts';
import { showToast } from './toasts.ts';

/** Shows a cache or an entry in the file manager. A browser may be on another machine: nothing there. */
export function RevealButton({ target }: { readonly target: Revealed }) {
  const bridge = desktop();
  if (bridge === undefined) return null;
  const reveal = async (): Promise<void> => {
    if (!(await bridge.reveal(target))) showToast({ tone: 'bad', text: target.key === undefined ? 'The folder of this cache is not there.' : 'The file of this entry is not there.' });
  };
  return (
    // In a grid the span takes the width, and not the button.
    <span>
      <button type="button" className="button" data-size="small" onClick={() => void reveal()}>
        Show in folder
      </button>
    </span>
  );
}
