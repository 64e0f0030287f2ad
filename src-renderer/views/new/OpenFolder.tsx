import type { FormEvent } from 'react';
import { useState } from 'react';
import type { KindId } from '../../../src-main/contract/entries.ts';
import { KIND_IDS } from '../../../src-main/contract/entries.ts';
import { ChooseButton } from '../../kinds/ChooseButton.tsx';
import { usePage } from '../../state/index.ts';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Field } from '../../ui/Field.tsx';
import { SelectBox } from '../../ui/SelectBox.tsx';
import { TextBox } from '../../ui/TextBox.tsx';
import { openFolder, openFolderCommand, useNew } from './new-state.ts';
import styles from './NewView.module.css';
import { ProblemBox } from './ProblemBox.tsx';

/** Said where a folder holds both. */
const KIND_WORDS: Readonly<Record<KindId, string>> = { volume: 'volumes', image: 'images of text' };
const KINDS: readonly { readonly value: KindId | 'itself'; readonly title: string }[] = [{ value: 'itself', title: 'what it says itself' }, ...KIND_IDS.map((id) => ({ value: id, title: KIND_WORDS[id] }))];

/** A cache that exists already: by its folder. */
export function OpenFolder() {
  const problem = useNew((state) => state.problem);
  const host = usePage((state) => state.info?.host);
  const [path, setPath] = useState('');
  const [kind, setKind] = useState<KindId>();
  const [isOpening, setOpening] = useState(false);
  const open = async (folder: string): Promise<void> => {
    setPath(folder);
    setOpening(true);
    await openFolder(folder, kind);
    setOpening(false);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    void open(path.trim());
  };
  return (
    <form className={styles.card} aria-labelledby="open-title" onSubmit={submit}>
      <h2 id="open-title">Open a cache you have</h2>
      <p className={styles.quiet}>Nothing in the folder is touched: Larder looks at the names and sizes, also of caches that Python made, and remembers the folder in its own catalog.</p>
      <div className={styles.row}>
        <label id="folder-label" htmlFor="folder-path">{host === 'server' ? 'Folder on the server' : 'Folder'}</label>
        <TextBox id="folder-path" className={styles.input} placeholder="/data/cache" text={path} onChange={setPath} />
        <ChooseButton choice="cache" from={path} namedBy="folder-label" isDisabled={isOpening} onPath={(chosen) => void open(chosen)} />
        <div className={styles.together}>
          <Field label="Kind" look="line">
            <SelectBox options={KINDS} value={kind ?? 'itself'} onChange={(next) => setKind(next === 'itself' ? undefined : next)} />
          </Field>
          <button type="submit" className="button" disabled={path.trim() === '' || isOpening}>
            {isOpening ? 'Opening …' : 'Open'}
          </button>
        </div>
      </div>
      {problem?.at === 'folder' && <ProblemBox problem={problem} />}
      {path.trim() !== '' && <CommandLine place="new: folder" command={openFolderCommand(path.trim(), kind)} purpose="open this folder" />}
    </form>
  );
}
