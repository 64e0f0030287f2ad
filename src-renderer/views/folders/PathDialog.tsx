import type { KeyboardEvent } from 'react';
import { useEffect, useId, useRef, useState } from 'react';
import type { Choice } from '../../../src-main/contract/desktop.ts';
import type { FolderHint, FolderListing, FolderRow, WantedFiles } from '../../../src-main/contract/folders.ts';
import { formatCount } from '../../lib/format.ts';
import { useLongList } from '../../lib/rows/use-long-list.ts';
import { useSettled } from '../../lib/use-settled.ts';
import type { PathQuestion } from '../../state/index.ts';
import { call, usePathQuestion } from '../../state/index.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { LongListRoom } from '../../ui/LongListRoom.tsx';
import { ErrorNote } from '../cache/ErrorNote.tsx';
import styles from './PathDialog.module.css';
import { isPath, narrowed } from './rows.ts';

const TITLES: Readonly<Record<Choice, string>> = {
  config: 'Choose a config on the server',
  cache: 'Choose a cache folder on the server',
  folder: 'Choose a folder on the server',
  file: 'Choose a file on the server',
  certificates: 'Choose a CA file on the server',
};
const FILES: Readonly<Partial<Record<Choice, WantedFiles>>> = { config: 'config', file: 'file', certificates: 'certificates' };
const HINTS: Readonly<Record<FolderHint, string>> = { cache: 'cache', corpus: 'lines of text', fonts: 'fonts' };

/** Of a row whose name fits into one line. */
const ROW_HEIGHT = 27;
const PADDING = 4;

/** A folder with more names than are sent is asked again for those with the text in them. */
const ASK_AFTER_MS = 200;

/** Where the last one was chosen; the next dialog begins there. */
let lastFolder: string | null = null;

/** Asks for a file or folder of the server, wherever the desktop asks with a dialog of the system. */
export function PathDialog() {
  const question = usePathQuestion((state) => state.question);
  return question === null ? null : <Picker key={`${question.choice} ${question.from}`} question={question} />;
}

/** All of it works from the one field: what is typed there narrows the rows, and the keys go through them. */
function Picker({ question: { choice, from, answer } }: { readonly question: PathQuestion }) {
  const files = FILES[choice];
  const field = useRef<HTMLInputElement>(null);
  const { listing, error, isAsking, text, type, go } = useFolder(files, from);
  const [chosen, setChosen] = useState(0);
  const rows = listing === undefined || isPath(text) ? [] : narrowed(listing.rows, text);
  const at = Math.min(chosen, rows.length - 1);
  const current = rows[at];
  const box = useRef<HTMLUListElement>(null);
  const { drawn, above, below, measure, show } = useLongList(box, rows.length, { rowHeight: ROW_HEIGHT, padding: PADDING });
  useEffect(() => {
    if (at >= 0) show(at);
  }, [at, rows.length, show]);
  const parent = listing?.parts.at(-2)?.path;
  const id = useId();
  const finish = (path: string, folder: string): void => {
    lastFolder = folder;
    answer(path);
  };
  const open = (path: string): void => {
    setChosen(0);
    go(path);
    field.current?.focus();
  };
  const act = (row: FolderRow): void => {
    if (row.kind === 'folder') open(row.path);
    else if (listing !== undefined) finish(row.path, listing.path);
  };
  const chooseFolder = (): void => {
    if (files === undefined && listing !== undefined && !isAsking) finish(listing.path, listing.path);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) chooseFolder();
      else if (isPath(text)) open(text.trim());
      // The rows are still those of the folder before.
      else if (!isAsking && current !== undefined) act(current);
    } else if ((event.key === 'Backspace' && text === '') || (event.key === 'ArrowUp' && event.altKey)) {
      event.preventDefault();
      if (parent !== undefined) open(parent);
    } else if (step !== undefined && rows.length > 0) {
      event.preventDefault();
      setChosen(Math.max(0, Math.min(at + step, rows.length - 1)));
    }
  };
  return (
    <Dialog
      title={TITLES[choice]}
      onClose={() => answer(null)}
      focus={field}
      actions={
        files === undefined ? (
          <button type="button" className="button" data-tone="main" disabled={listing === undefined || isAsking} onClick={chooseFolder}>
            Choose this folder
          </button>
        ) : (
          <button type="button" className="button" data-tone="main" disabled={current === undefined} onClick={() => current !== undefined && act(current)}>
            {current?.kind === 'folder' ? 'Open this folder' : 'Choose this file'}
          </button>
        )
      }
    >
      {listing !== undefined && <Places listing={listing} onOpen={open} />}
      {listing !== undefined && <Trail listing={listing} onOpen={open} />}
      <input
        ref={field}
        className={`input ${styles.field}`}
        type="text"
        role="combobox"
        aria-label="Part of a name, or a path"
        aria-expanded="true"
        aria-controls={`${id}-rows`}
        aria-activedescendant={drawn.includes(at) ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder="Part of a name, or a path"
        value={text}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          type(event.target.value);
          setChosen(0);
        }}
      />
      {error !== undefined && <ErrorNote error={error} />}
      <ul ref={box} id={`${id}-rows`} role="listbox" aria-label="Folders and files" aria-busy={isAsking} className={styles.rows}>
        <LongListRoom height={above} />
        {drawn.map((index) => {
          const row = rows[index]!;
          return <Row key={row.path} id={`${id}-${index}`} row={row} index={index} count={rows.length} isChosen={row === current} measure={measure} onOpen={() => act(row)} onPoint={() => setChosen(index)} />;
        })}
        <LongListRoom height={below} />
      </ul>
      <p role="status" className={styles.quiet}>
        {isPath(text) ? 'Enter goes to this path.' : statusWords(listing, rows, text, files)}
      </p>
      {(choice === 'config' || choice === 'file') && <p className={styles.quiet}>A file of the computer you sit at: drop it on the window instead.</p>}
      <p className={styles.keys}>
        <kbd>↑</kbd> <kbd>↓</kbd> move · <kbd>Enter</kbd> opens · <kbd>Backspace</kbd> goes up
        {files === undefined && (
          <>
            {' '}
            · <kbd>Ctrl</kbd>+<kbd>Enter</kbd> chooses this folder
          </>
        )}
      </p>
    </Dialog>
  );
}

interface Folder {
  readonly listing: FolderListing | undefined;
  readonly error: Error | undefined;
  readonly isAsking: boolean;
  readonly text: string;
  readonly type: (text: string) => void;
  readonly go: (path: string) => void;
}

/** The folder that is shown: where one is, what is typed, and what the engine says about it. */
function useFolder(files: WantedFiles | undefined, from: string): Folder {
  /** A new object for each step, so that one that was refused can be tried again. */
  const [where, setWhere] = useState<{ readonly path: string | null }>({ path: from === '' ? lastFolder : from });
  const [text, setText] = useState('');
  const [listing, setListing] = useState<FolderListing>();
  const [error, setError] = useState<Error>();
  const [isAsking, setAsking] = useState(true);
  const isLong = listing !== undefined && (listing.leftOff > 0 || listing.isCut);
  const [wasLong, setLong] = useState(false);
  if (isLong && !wasLong) setLong(true);
  const settled = useSettled(text, ASK_AFTER_MS).trim();
  const asked = wasLong && !isPath(settled) ? settled : '';
  const isFirst = listing === undefined;
  useEffect(() => {
    let isCurrent = true;
    setAsking(true);
    call('folders.list', { ...where, ...(files === undefined ? {} : { files }), ...(asked === '' ? {} : { text: asked }) })
      .then(
        (found) => {
          if (!isCurrent) return;
          setListing(found);
          setError(undefined);
        },
        (problem: unknown) => {
          if (!isCurrent) return;
          // What stood in the field may lie anywhere; without a list there would be nothing to go on from.
          if (isFirst && where.path !== null) setWhere({ path: null });
          else setError(problem instanceof Error ? problem : new Error(String(problem)));
        },
      )
      .finally(() => isCurrent && setAsking(false));
    return () => {
      isCurrent = false;
    };
    // Whether it is the first one is no reason to ask.
  }, [where, files, asked]);
  const go = (next: string): void => {
    setText('');
    setLong(false);
    setError(undefined);
    setAsking(true);
    setWhere({ path: next });
  };
  return { listing, error, isAsking, text, type: setText, go };
}

/** Where one may look, if that is more than one place. */
function Places({ listing: { places, parts }, onOpen }: { readonly listing: FolderListing; readonly onOpen: (path: string) => void }) {
  if (places.length < 2) return null;
  return (
    <nav aria-label="Places" className={styles.places}>
      {places.map(({ name, path }) => (
        <button key={path} type="button" className="button" data-size="small" title={path} aria-current={parts.at(-1)?.path === path ? 'location' : undefined} onClick={() => onOpen(path)}>
          {name}
        </button>
      ))}
    </nav>
  );
}

/** The way from the place down to the folder; each step leads back to it. */
function Trail({ listing: { parts, holds }, onOpen }: { readonly listing: FolderListing; readonly onOpen: (path: string) => void }) {
  return (
    <nav aria-label="Path" className={styles.trail}>
      <ol>
        {parts.map(({ name, path }, index) => (
          <li key={path}>
            {index === parts.length - 1 ? (
              <span aria-current="location">{name}</span>
            ) : (
              <button type="button" onClick={() => onOpen(path)}>
                {name}
              </button>
            )}
          </li>
        ))}
      </ol>
      {holds !== undefined && <span className={styles.hint}>{HINTS[holds]}</span>}
    </nav>
  );
}

interface RowProps {
  readonly id: string;
  readonly row: FolderRow;
  readonly index: number;
  readonly count: number;
  readonly isChosen: boolean;
  readonly measure: (row: HTMLElement | null) => void;
  readonly onOpen: () => void;
  readonly onPoint: () => void;
}

function Row({ id, row: { name, kind, holds }, index, count, isChosen, measure, onOpen, onPoint }: RowProps) {
  return (
    <li ref={measure} id={id} role="option" aria-selected={isChosen} aria-posinset={index + 1} aria-setsize={count} data-index={index} className={styles.row} data-kind={kind} onClick={onOpen} onPointerMove={onPoint}>
      <span className={styles.name}>
        {name}
        {kind === 'folder' ? '/' : ''}
      </span>
      {holds !== undefined && <span className={styles.hint}>{HINTS[holds]}</span>}
    </li>
  );
}

function statusWords(listing: FolderListing | undefined, rows: readonly FolderRow[], text: string, files: WantedFiles | undefined): string {
  if (listing === undefined) return 'Looking …';
  const words: string[] = [];
  if (rows.length === 0) words.push(text.trim() !== '' ? 'Nothing here is called that.' : files === undefined ? 'No folders in here.' : 'No folders and no such files in here.');
  if (listing.leftOff > 0 || listing.isCut) words.push(`The first ${formatCount(listing.rows.length)} of ${listing.isCut ? 'more than ' : ''}${formatCount(listing.rows.length + listing.leftOff)}: type a part of the name.`);
  if (listing.linksOut > 0) words.push(`${formatCount(listing.linksOut)} ${listing.linksOut === 1 ? 'link leads' : 'links lead'} out of what may be looked into, and ${listing.linksOut === 1 ? 'is' : 'are'} not shown.`);
  return words.join(' ');
}
