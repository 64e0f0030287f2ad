import { Autocomplete } from '@base-ui/react/autocomplete';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { CommandLine } from '../../ui/CommandLine.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { usePage } from '../../state/index.ts';
import { useRoute } from '../navigation/use-route.ts';
import { fuzzyFilter } from './fuzzy.ts';
import field from './Palette.module.css';
import type { PaletteGroup, PaletteItem } from './palette-items.ts';
import { ENTRY_TEXT_MIN, inGroups, paletteItems, searchEntries } from './palette-items.ts';
import styles from './PaletteDialog.module.css';
import { PALETTE_HINT, PALETTE_LABEL } from './palette-words.ts';

const SEARCH_AFTER_MS = 120;
const SHOWN = 40;

/** What was typed before the palette was there. */
export interface TypedAhead {
  readonly text: string;
  /** Whether Enter was pressed after it: what it names is done as soon as that can be known. */
  readonly isEntered: boolean;
}

export interface PaletteDialogProps {
  readonly ahead: TypedAhead;
  readonly onAhead: (ahead: TypedAhead) => void;
  readonly onClose: () => void;
}

/** Everything that can be gone to or done, by typing a part of it. */
export function PaletteDialog({ ahead, onClose }: Omit<PaletteDialogProps, 'onAhead'>) {
  const mirror = usePage((state) => state.mirror);
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(ahead.text);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useLayoutEffect(() => input.current?.setSelectionRange(text.length, text.length), []);
  const route = useRoute();
  const place = { isTyped: text.trim() !== '', cacheId: route.screen === 'cache' ? route.cacheId : null };
  const entries = useEntries(text);
  const groups = inGroups([...fuzzyFilter(text, paletteItems(mirror, place), ({ title, group }) => `${title} ${group}`), ...entries].slice(0, SHOWN));
  const items = groups.flatMap((group) => group.items);
  // By its id and not by its place: news put rows in above it, and Enter does what is highlighted. The first row is kept to as well, chosen by nobody.
  const current = items.find((item) => item.id === chosenId) ?? items[0];
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
  useEffect(() => {
    if (ahead.isEntered && current !== undefined) void act(current);
  }, []);
  return (
    <Modal onClose={onClose} className={styles.palette} label="Command palette" focus={input} closesOutside>
      <Autocomplete.Root
        inline
        open
        mode="none"
        autoHighlight="always"
        keepHighlight
        items={groups}
        value={text}
        onValueChange={(value) => {
          setText(value);
          setChosenId(null);
          setProblem(null);
        }}
        onItemHighlighted={(item, { reason }) => {
          // At once, as the library shows it: no row may be the chosen one and not highlighted meanwhile.
          if (item !== undefined && item.id !== chosenId && reason !== 'none') flushSync(() => setChosenId(item.id));
        }}
      >
        <Autocomplete.Input ref={input} className={field.input} aria-label={PALETTE_LABEL} placeholder={PALETTE_HINT} />
        {problem !== null && (
          <p role="alert" className={styles.problem}>
            ▲ {problem}
          </p>
        )}
        <Autocomplete.List aria-label="Answers" className={styles.items}>
          {(group: PaletteGroup) => (
            <Autocomplete.Group key={group.value} items={group.items} className={styles.group}>
              <Autocomplete.GroupLabel className={styles.label}>{group.value}</Autocomplete.GroupLabel>
              <Autocomplete.Collection>{(item: PaletteItem) => <Row key={item.id} item={item} isChosen={item === current} onChoose={() => void act(item)} />}</Autocomplete.Collection>
            </Autocomplete.Group>
          )}
        </Autocomplete.List>
        <Autocomplete.Empty className={styles.none}>Nothing is called that.</Autocomplete.Empty>
      </Autocomplete.Root>
      <footer className={styles.foot}>
        {current?.command === undefined ? <span /> : <CommandLine place="palette: chosen" command={current.command} purpose={current.title} />}
        <span>
          <kbd>↑</kbd> <kbd>↓</kbd> choose · <kbd>Enter</kbd> go · <kbd>Esc</kbd> close
        </span>
      </footer>
    </Modal>
  );
}

interface RowProps {
  readonly item: PaletteItem;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function Row({ item, isChosen, onChoose }: RowProps) {
  return (
    <Autocomplete.Item
      value={item}
      onClick={onChoose}
      className={styles.row}
      render={(props, { highlighted }) => (
        <div {...props} aria-selected={highlighted}>
          <span className={styles.title}>{item.title}</span>
          <span className={styles.note}>{item.note}</span>
          {isChosen && !highlighted && <Highlight />}
        </div>
      )}
    />
  );
}

/** The library keeps the place that is highlighted, and not the row: where rows were put in above it, it is told as by a pointer over it. */
function Highlight() {
  const mark = useRef<HTMLSpanElement>(null);
  useLayoutEffect(() => {
    mark.current?.dispatchEvent(new MouseEvent('mousemove', { bubbles: true }));
  }, []);
  return <span ref={mark} hidden />;
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
