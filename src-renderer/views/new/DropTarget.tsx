import { useEffect, useState } from 'react';
import { desktop } from '../../state/index.ts';
import { navigate } from '../navigation/use-route.ts';
import styles from './DropTarget.module.css';
import { loadText, useNew } from './new-state.ts';
import { openPath } from './open-path.ts';

/** Longer files are no configs; the engine would refuse them too. */
const CONFIG_BYTES_MAX = 256 * 1024;

/** Takes files that are dropped anywhere in the window. A config is read; for the rest it is said what can be done. */
export function DropTarget() {
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const over = (event: DragEvent): void => {
      if (event.dataTransfer?.types.includes('Files') !== true) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      setOver(true);
    };
    const leave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const drop = (event: DragEvent): void => {
      setOver(false);
      const item = event.dataTransfer?.items[0];
      if (item?.kind !== 'file') return;
      event.preventDefault();
      // Both are gone as soon as the event is over.
      void receive(item.getAsFile(), item.webkitGetAsEntry()?.isDirectory === true);
    };
    addEventListener('dragover', over);
    addEventListener('dragleave', leave);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', over);
      removeEventListener('dragleave', leave);
      removeEventListener('drop', drop);
    };
  }, []);
  if (!isOver) return null;
  return (
    <div className={styles.target}>
      <p>{desktop() === undefined ? 'Drop a config to see what it makes' : 'Drop a config or a cache folder'}</p>
    </div>
  );
}

async function receive(file: File | null, isFolder: boolean): Promise<void> {
  if (file === null) return;
  const opened = await desktop()?.pathForFile(file);
  if (opened != null) {
    await openPath(opened);
    return;
  }
  if (!isFolder && /\.ya?ml$/i.test(file.name) && file.size <= CONFIG_BYTES_MAX) {
    const text = await file.text();
    navigate({ screen: 'new' });
    await loadText(text, file.name);
    return;
  }
  useNew.setState({ dropped: { name: file.name, isFolder } });
  navigate({ screen: 'new' });
}
