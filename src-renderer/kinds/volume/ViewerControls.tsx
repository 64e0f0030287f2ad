import { useId } from 'react';
import { ChannelChoice } from './ChannelChoice.tsx';
import { formatValue } from './location.ts';
import type { Colormap, GreyWindow, View } from './volume-scene.ts';
import { COLORMAPS, VIEWS } from './volume-scene.ts';
import { VIEW_KEYS } from './viewer-keys.ts';
import styles from './ViewerControls.module.css';

interface ViewerControlsProps {
  readonly isDrawn: boolean;
  readonly view: View;
  readonly onView: (view: View) => void;
  readonly colormap: Colormap;
  readonly onColormap: (colormap: Colormap) => void;
  readonly window: GreyWindow;
  readonly range: GreyWindow;
  readonly onWindow: (window: GreyWindow | null) => void;
  readonly channels: number;
  readonly channel: number;
  readonly onChannel: (channel: number) => void;
  readonly onReset: () => void;
  /** Whether the raw volume is shown too; undefined where there is none to show. */
  readonly isRawOpen: boolean | undefined;
  readonly onRaw: (isOpen: boolean) => void;
}

const VIEW_NAMES: Readonly<Record<View, string>> = { all: 'All', axial: 'Axial', coronal: 'Coronal', sagittal: 'Sagittal', render: '3D' };

/** Planes, window, colours. All of it is native; the keys in the titles work while the picture has the focus. */
export function ViewerControls({ isDrawn, view, onView, colormap, onColormap, window, range, onWindow, channels, channel, onChannel, onReset, isRawOpen, onRaw }: ViewerControlsProps) {
  const group = useId();
  return (
    <fieldset className={styles.controls} disabled={!isDrawn}>
      <legend className={styles.hidden}>How it is shown</legend>
      <div className={styles.views} role="radiogroup" aria-label="View">
        {VIEWS.map((name) => (
          <label key={name} title={`Key ${VIEW_KEYS[name]}`}>
            <input type="radio" name={group} value={name} checked={view === name} onChange={() => onView(name)} />
            <span>{VIEW_NAMES[name]}</span>
          </label>
        ))}
      </div>
      <div className={styles.line}>
        <WindowSlider name="Black" value={window.min} range={range} onChange={(min) => onWindow({ min: Math.min(min, window.max - smallestStep(range)), max: window.max })} />
        <WindowSlider name="White" value={window.max} range={range} onChange={(max) => onWindow({ min: window.min, max: Math.max(max, window.min + smallestStep(range)) })} />
      </div>
      <div className={styles.line}>
        <label className={styles.choice}>
          <span>Colours</span>
          <select value={colormap} onChange={(event) => onColormap(event.target.value as Colormap)}>
            {COLORMAPS.map((name) => (
              <option key={name} value={name}>
                {name === 'gray' ? 'grey' : name}
              </option>
            ))}
          </select>
        </label>
        {channels > 1 && <ChannelChoice name="Channel" channels={channels} channel={channel} onChannel={onChannel} />}
        {isRawOpen !== undefined && (
          <label className={styles.choice} title="The file it was made from, with the same crosshair">
            <input type="checkbox" checked={isRawOpen} onChange={(event) => onRaw(event.target.checked)} />
            Raw beside it
          </label>
        )}
        <button type="button" className={styles.reset} title="Key R" onClick={onReset}>
          Reset
        </button>
      </div>
    </fieldset>
  );
}

const STEPS = 200;

function smallestStep({ min, max }: GreyWindow): number {
  return (max - min) / STEPS;
}

function WindowSlider({ name, value, range, onChange }: { readonly name: string; readonly value: number; readonly range: GreyWindow; readonly onChange: (value: number) => void }) {
  return (
    <label className={styles.slider}>
      <span>{name}</span>
      <input type="range" min={range.min} max={range.max} step={smallestStep(range)} value={value} aria-valuetext={formatValue(value)} onChange={(event) => onChange(Number(event.target.value))} />
      <output>{formatValue(value)}</output>
    </label>
  );
}
