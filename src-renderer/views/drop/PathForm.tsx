import type { FormEvent } from 'react';
import { useId, useState } from 'react';
import { ChooseButton } from '../../kinds/ChooseButton.tsx';
import { usePage } from '../../state/index.ts';
import { TextBox } from '../../ui/TextBox.tsx';
import { lookAtPath } from './drop-state.ts';
import styles from './Dropped.module.css';

/** A path, typed; on a server that of the server. */
export function PathForm() {
  const id = useId();
  const host = usePage((state) => state.info?.host);
  const [path, setPath] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (path.trim() !== '') void lookAtPath(path.trim());
  };
  return (
    <form className={styles.path} onSubmit={submit}>
      <label htmlFor={id}>{host === 'server' ? 'Path on the server' : 'Path'}</label>
      <TextBox id={id} placeholder="/data/cache" text={path} onChange={setPath} />
      <button type="submit" className="button" disabled={path.trim() === ''}>
        Look
      </button>
      <div className={styles.ways}>
        <ChooseButton choice="file" from={path} onPath={(chosen) => void lookAtPath(chosen)}>
          Choose a file …
        </ChooseButton>
        <ChooseButton choice="folder" from={path} onPath={(chosen) => void lookAtPath(chosen)}>
          Choose a folder …
        </ChooseButton>
      </div>
    </form>
  );
}
