import type { KeyboardEvent } from 'react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { usePage } from '../../state/index.ts';
import { useRoute } from '../navigation/use-route.ts';
import { fuzzyFilter } from './fuzzy.ts';
import styles from './Palette.module.css';
import type { PaletteItem } from './palette-items.ts';
import { ENTRY_TEXT_MIN, paletteItems, searchEntries } from './palette-items.ts';

const SEARCH_AFTER_MS = 120;
const SHOWN = 40;
const OPEN = 'larder-palette';

/** Opens it from elsewhere on the page. */
export function openPalette(): void {
  dispatchEvent(new Event(OPEN));
}

/** Ctrl-K or Cmd-K: everything that can be gone to or done, by typing a part of it. */
export function Palette() {
  const [isOpen, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      // Another dialog asks something; it comes first.
      setOpen((open) => !open && document.querySelector('dialog[open]') === null);
    };
    const onOpen = (): void => setOpen(true);
    addEventListener('keydown', onKey);
    addEventListener(OPEN, onOpen);
    return () => {
      removeEventListener('keydown', onKey);
      removeEventListener(OPEN, onOpen);
    };
  }, []);
  return isOpen ? <PaletteDialog onClose={() => setOpen(false)} /> : null;
}

/** The browser keeps the focus inside while it is open, and gives it back where it was. */
function PaletteDialog({ onClose }: { readonly onClose: () => void }) {
  const mirror = usePage((state) => state.mirror);
  const dialog = useRef<HTMLDialogElement>(null);
  const [text, setText] = useState('');
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const route = useRoute();
  const place = { isTyped: text.trim() !== '', cacheId: route.screen === 'cache' ? route.cacheId : null };
  const entries = useEntries(text);
  // Before it is taken out of the page: only then closing gives the focus back.
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    return () => element?.close();
  }, []);
  const items = [...fuzzyFilter(text, paletteItems(mirror, place), ({ title, group }) => `${title} ${group}`), ...entries].slice(0, SHOWN);
  const position = Math.max(0, items.findIndex((item) => item.id === chosenId));
  const current = items[position];
  // By its id and not by its place: news put rows in above it, and Enter does what is highlighted. The first row is kept to as well, chosen by nobody.
  if (current !== undefined && current.id !== chosenId) setChosenId(current.id);
  const act = async (item: PaletteItem): Promise<void> => {
    try {
      await item.run?.();
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      return;
    }
    onClose();
    if (item.goTo !== undefined) location.hash = item.goTo;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && items.length > 0) {
      event.preventDefault();
      setChosenId(items[(position + step + items.length) % items.length]?.id ?? null);
    } else if (event.key === 'Enter' && current !== undefined && !event.nativeEvent.isComposing) {
      event.preventDefault();
      void act(current);
    }
  };
  return (
    <dialog
      ref={dialog}
      className={styles.palette}
      aria-label="Command palette"
      onCancel={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) onClose();
      }}
    >
      <input
        className={styles.input}
        type="text"
        role="combobox"
        aria-label="Search screens, caches, actions, entries"
        aria-expanded="true"
        aria-controls="palette-items"
        aria-activedescendant={current === undefined ? undefined : `palette-${current.id}`}
        autoComplete="off"
        spellCheck={false}
        placeholder="A screen, a cache, an action, the name or hash of an entry"
        value={text}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.target.value);
          setChosenId(null);
          setProblem(null);
        }}
      />
      {problem !== null && (
        <p role="alert" className={styles.problem}>
          ▲ {problem}
        </p>
      )}
      <ul id="palette-items" role="listbox" aria-label="Answers" className={styles.items}>
        {items.map((item, index) => (
          <Row key={item.id} item={item} position={index} isFirst={items[index - 1]?.group !== item.group} isChosen={item === current} onChoose={() => void act(item)} onPoint={() => setChosenId(item.id)} />
        ))}
      </ul>
      {items.length === 0 && <p className={styles.none}>Nothing is called that.</p>}
      <footer className={styles.foot}>
        {current?.command === undefined ? <span /> : <CommandLine place="palette: chosen" command={current.command} purpose={current.title} />}
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> go · <kbd>Esc</kbd> close
        </span>
      </footer>
    </dialog>
  );
}

interface RowProps {
  readonly item: PaletteItem;
  /** Its place among the rows, from 0: where the chosen one goes, the list scrolls after it. */
  readonly position: number;
  /** The first of its group carries the group's name. */
  readonly isFirst: boolean;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onPoint: () => void;
}

function Row({ item, position, isFirst, isChosen, onChoose, onPoint }: RowProps) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isChosen) row.current?.scrollIntoView({ block: 'nearest' });
  }, [isChosen, position]);
  return (
    <li ref={row} id={`palette-${item.id}`} role="option" aria-selected={isChosen} className={styles.row} onClick={onChoose} onPointerMove={onPoint}>
      <span className={styles.group}>{isFirst ? item.group : ''}</span>
      <span className={styles.title}>{item.title}</span>
      <span className={styles.note}>{item.note}</span>
    </li>
  );
}

/** Entries that answer the text; asked a moment after the last letter. */
function useEntries(text: string): readonly PaletteItem[] {
  const library = usePage((state) => state.mirror.library);
  const [found, setFound] = useState<{ readonly text: string; readonly items: readonly PaletteItem[] }>({ text: '', items: [] });
  const ids = library.map((cache) => cache.id).join();
  useEffect(() => {
    const wanted = text.trim();
    if (wanted.length < ENTRY_TEXT_MIN) return undefined;
    let isCurrent = true;
    const timer = setTimeout(() => {
      void searchEntries(wanted, usePage.getState().mirror.library).then((items) => {
        if (isCurrent) setFound({ text: wanted, items });
      });
    }, SEARCH_AFTER_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [text, ids]);
  return text.trim().length < ENTRY_TEXT_MIN ? [] : found.items;
}
