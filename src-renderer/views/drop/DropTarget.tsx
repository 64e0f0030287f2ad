import { useEffect, useState } from 'react';
import { desktop } from '../../state/index.ts';
import styles from './DropTarget.module.css';
import type { Given } from './drop-state.ts';
import { receive } from './drop-state.ts';

/** What a drop leads to, as the overlay tells it. */
const OFFERS = [
  { what: 'Config (.yaml)', leadsTo: 'read, checked and planned', type: /yaml/ },
  { what: 'Cache folder', leadsTo: 'opened; nothing in it is touched', type: undefined },
  { what: 'Corpus or fonts folder', leadsTo: 'into the form for images of text', type: undefined },
  { what: 'List (.csv)', leadsTo: 'which hash is which volume, and which cache has it', type: /csv|ms-excel/ },
  { what: 'Entry (.pt)', leadsTo: 'which cache it belongs to, and what it holds', type: undefined },
  { what: 'NIfTI (.nii, .nii.gz)', leadsTo: 'its header, and where it is cached', type: /gzip|nifti/ },
] as const;

/** Takes files that are dropped anywhere in the window, and says meanwhile what can be. */
export function DropTarget() {
  /** Type of what is over the window, as far as the browser tells before the drop; null: nothing is. */
  const [over, setOver] = useState<string | null>(null);
  useEffect(() => {
    const enter = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(event.dataTransfer.items[0]?.type ?? '');
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(null);
    };
    const drop = (event: DragEvent): void => {
      setOver(null);
      const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === 'file');
      if (items.length === 0) return;
      event.preventDefault();
      // Both are gone as soon as the event is over.
      const given = items.flatMap((item): readonly Given[] => {
        const [file, isFolder] = [item.getAsFile(), item.webkitGetAsEntry()?.isDirectory === true];
        return file === null ? [] : [{ file, isFolder }];
      });
      void receive(given);
    };
    addEventListener('dragover', enter);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', enter);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  if (over === null) return null;
  const likely = OFFERS.find(({ type }) => type?.test(over));
  return (
    <div className={styles.target} role="status">
      <div className={styles.offers}>
        <p className={styles.title}>{likely === undefined ? '' : `${likely.what}: `}drop it anywhere</p>
        <dl>
          {OFFERS.map(({ what, leadsTo }) => (
            <div key={what} data-likely={what === likely?.what}>
              <dt>{what}</dt>
              <dd>{leadsTo}</dd>
            </div>
          ))}
        </dl>
        <p className={styles.quiet}>{desktop() === undefined ? 'Files stay where they are; of large ones only the name or the header is read.' : 'Files stay where they are and are not changed.'}</p>
      </div>
    </div>
  );
}
