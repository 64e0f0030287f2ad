import type { KeyboardEvent } from 'react';
import { useId } from 'react';
import { formatBytes, formatCount, percentOf } from '../../lib/format.ts';
import type { Group } from './groups.ts';
import styles from './StorageView.module.css';
import { treemapTiles } from './treemap-layout.ts';

interface TreemapProps {
  readonly groups: readonly Group[];
  readonly label: string;
  readonly chosen: string | null;
  readonly onChoose: (id: string | null) => void;
}

const ASPECT = 1.5;
/** Shares of smaller tiles, in percent, have no room for words; the table has them. */
const NAMED_FROM = 4;
const STEPS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/** The table beside it as areas. One stop of the tab key; arrows go from tile to tile. */
export function Treemap({ groups, label, chosen, onChoose }: TreemapProps) {
  const id = useId();
  const shown = groups.filter((group) => group.bytes > 0).sort((a, b) => b.bytes - a.bytes);
  if (shown.length === 0) return <p className={styles.quiet}>No entry takes space yet.</p>;
  const total = shown.reduce((sum, group) => sum + group.bytes, 0);
  const tiles = treemapTiles(shown.map((group) => group.bytes), ASPECT);
  const at = shown.findIndex((group) => group.id === chosen);
  const move = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const next = event.key === 'Home' ? 0 : event.key === 'End' ? shown.length - 1 : step === undefined ? undefined : Math.max(0, Math.min(shown.length - 1, at + step));
    if (next === undefined) return;
    event.preventDefault();
    onChoose(shown[next]!.id);
  };
  return (
    <div className={styles.treemap} style={{ aspectRatio: ASPECT }} role="listbox" aria-label={`${label}, as areas`} tabIndex={0} aria-activedescendant={at < 0 ? undefined : `${id}-${at}`} onKeyDown={move} onBlur={() => onChoose(null)}>
      {shown.map((group, index) => {
        const { x, y, width, height } = tiles[index]!;
        const words = `${formatBytes(group.bytes)}, ${percentOf(group.bytes, total)} %`;
        return (
          <div
            key={group.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            aria-label={`${group.name}: ${words}, ${formatCount(group.entries)} entries`}
            title={`${group.name}\n${words}`}
            className={styles.tile}
            style={{ left: `${x}%`, top: `${y}%`, width: `${width}%`, height: `${height}%` }}
            data-strength={index % 4}
            onMouseEnter={() => onChoose(group.id)}
            onMouseLeave={() => onChoose(null)}
          >
            {percentOf(group.bytes, total) >= NAMED_FROM && width > 9 && (
              <span>
                <b>{group.name}</b>
                <br />
                {formatBytes(group.bytes)}
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}
