import { Field } from '../../ui/Field.tsx';
import { Segments } from '../../ui/Segments.tsx';
import { SelectBox } from '../../ui/SelectBox.tsx';
import { SlideBar } from '../../ui/SlideBar.tsx';
import { TickBox } from '../../ui/TickBox.tsx';
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

const SEGMENTS = VIEWS.map((name) => ({ value: name, title: VIEW_NAMES[name], hint: `Key ${VIEW_KEYS[name]}` }));
const COLOURS = COLORMAPS.map((name) => ({ value: name, title: name === 'gray' ? 'grey' : name }));

/** Planes, window, colours. The keys in the titles work while the picture has the focus. */
export function ViewerControls({ isDrawn, view, onView, colormap, onColormap, window, range, onWindow, channels, channel, onChannel, onReset, isRawOpen, onRaw }: ViewerControlsProps) {
  return (
    <fieldset className={styles.controls} disabled={!isDrawn}>
      <legend className={styles.hidden}>How it is shown</legend>
      <Segments label="View" look="wide" segments={SEGMENTS} value={view} isDisabled={!isDrawn} onChange={onView} />
      <div className={styles.line}>
        <WindowSlider name="Black" isDisabled={!isDrawn} value={window.min} range={range} onChange={(min) => onWindow({ min: Math.min(min, window.max - smallestStep(range)), max: window.max })} />
        <WindowSlider name="White" isDisabled={!isDrawn} value={window.max} range={range} onChange={(max) => onWindow({ min: window.min, max: Math.max(max, window.min + smallestStep(range)) })} />
      </div>
      <div className={styles.line}>
        <Field label="Colours" look="line">
          <SelectBox className={styles.list} options={COLOURS} value={colormap} isDisabled={!isDrawn} onChange={onColormap} />
        </Field>
        {channels > 1 && <ChannelChoice name="Channel" channels={channels} channel={channel} onChannel={onChannel} />}
        {isRawOpen !== undefined && (
          <label className={styles.choice} title="The file it was made from, with the same crosshair">
            <TickBox isOn={isRawOpen} onChange={onRaw} />
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

interface WindowSliderProps {
  readonly name: string;
  readonly value: number;
  readonly range: GreyWindow;
  readonly isDisabled: boolean;
  readonly onChange: (value: number) => void;
}

function WindowSlider({ name, value, range, isDisabled, onChange }: WindowSliderProps) {
  return (
    <div className={styles.slider}>
      <span aria-hidden="true">{name}</span>
      <SlideBar label={name} min={range.min} max={range.max} step={smallestStep(range)} value={value} words={formatValue} isDisabled={isDisabled} onChange={onChange} />
      <output>{formatValue(value)}</output>
    </div>
  );
}
