import type { FormEvent } from 'react';
import { useEffect, useRef, useState } from 'react';
import { shellWord } from '../../lib/format.ts';
import { usePage } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { openFolder, useNew } from './new-state.ts';
import styles from './NewView.module.css';
import { ProblemBox } from './ProblemBox.tsx';

/** A cache that exists already: by its folder. What was dropped and is no config is explained here. */
export function OpenFolder() {
  const { dropped, problem, wantsFolder } = useNew();
  const host = usePage((state) => state.info?.host);
  const [path, setPath] = useState('');
  const [isOpening, setOpening] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (dropped === null && !wantsFolder) return;
    field.current?.focus();
    if (dropped?.folder !== undefined) setPath(dropped.folder);
    useNew.setState({ wantsFolder: false });
  }, [dropped, wantsFolder]);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setOpening(true);
    await openFolder(path.trim());
    setOpening(false);
  };
  return (
    <form className={styles.card} aria-labelledby="open-title" onSubmit={(event) => void submit(event)}>
      <h2 id="open-title">Open a cache you have</h2>
      {dropped !== null && (
        <p role="status" className={styles.dropped}>
          “{dropped.name}” is {dropped.isFolder ? 'a folder' : 'no config'}. {dropped.folder !== undefined ? 'The folder it is in may be a cache: open it below.' : <>The page is not told where a dropped {dropped.isFolder ? 'folder' : 'file'} lies: type the path of {dropped.isFolder ? 'it' : 'the folder it is in'} here.</>}
        </p>
      )}
      <p className={styles.quiet}>Nothing in the folder is touched: Larder looks at the names and sizes, also of caches that Python made, and remembers the folder in its own catalog.</p>
      <div className={styles.row}>
        <label htmlFor="folder-path">{host === 'server' ? 'Folder on the server' : 'Folder'}</label>
        <input ref={field} id="folder-path" className={styles.input} type="text" spellCheck={false} autoComplete="off" placeholder="/data/cache" value={path} onChange={(event) => setPath(event.target.value)} />
        <button type="submit" className="button" disabled={path.trim() === '' || isOpening}>
          {isOpening ? 'Opening …' : 'Open'}
        </button>
      </div>
      {problem?.at === 'folder' && <ProblemBox problem={problem} />}
      {path.trim() !== '' && <CommandLine command={`larder stats --cache ${shellWord(path.trim())}`} purpose="open this folder" />}
    </form>
  );
}
