import { Toggles } from '../../../ui/Toggles.tsx';

export type ItemsView = 'table' | 'gallery';

const VIEWS: readonly { readonly value: ItemsView; readonly title: string }[] = [
  { value: 'table', title: 'Table' },
  { value: 'gallery', title: 'Gallery' },
];
const KEY = 'larder-items-view';

/** What was last chosen in this browser. */
export function lastView(): ItemsView {
  try {
    return localStorage.getItem(KEY) === 'gallery' ? 'gallery' : 'table';
  } catch {
    // A browser may refuse its storage; the table is where one begins.
    return 'table';
  }
}

function remember(view: ItemsView): void {
  try {
    localStorage.setItem(KEY, view);
  } catch {
    // As above.
  }
}

export function ViewSwitch({ view, onChange }: { readonly view: ItemsView; readonly onChange: (view: ItemsView) => void }) {
  return (
    <Toggles
      label="Show items as"
      look="joined"
      segments={VIEWS}
      value={view}
      onChange={(next) => {
        remember(next);
        onChange(next);
      }}
    />
  );
}
