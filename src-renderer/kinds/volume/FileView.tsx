import { useCallback, useState } from 'react';
import { SlicePictures } from './SlicePictures.tsx';
import { ViewerControls } from './ViewerControls.tsx';
import { VolumePane, sizeWords } from './VolumePane.tsx';
import type { VolumeHeader } from './nifti-header.ts';
import { HEADER_BYTES } from './nifti-header.ts';
import type { LoadedVolume } from './volume-data.ts';
import { VolumeLoader } from './volume-data.ts';
import type { Colormap, GreyWindow, View, VolumeScene } from './volume-scene.ts';
import { takeKey } from './viewer-keys.ts';
import { textureSideMax } from './volume-scene.ts';
import { UNKNOWN_WINDOW } from './window-range.ts';
import type { FileViewProps } from '../file-view-props.ts';
import styles from './VolumeViewer.module.css';

const loader = new VolumeLoader();

/** A single volume of no cache, before or after preprocessing: looked at, and nothing else. */
export function VolumeFileView({ view: file, what, shape, label }: FileViewProps) {
  const [view, setView] = useState<View>('all');
  const [colormap, setColormap] = useState<Colormap>('gray');
  const [chosen, setChosen] = useState<GreyWindow | null>(null);
  const [channel, setChannel] = useState(0);
  const [scene, setScene] = useState<VolumeScene | null>(null);
  const [range, setRange] = useState<GreyWindow>(UNKNOWN_WINDOW);
  const [header, setHeader] = useState<VolumeHeader | null>(null);
  const [sideMax] = useState(textureSideMax);
  const onVolume = useCallback((volume: LoadedVolume | null) => {
    setHeader(volume?.header ?? null);
    if (volume !== null) setRange(extremesOf(volume));
  }, []);
  if (sideMax === undefined) {
    if (what === 'raw') return <p className={styles.why}>This browser has no WebGL 2, so the volume cannot be shown here. Made into an entry of a cache, its slices can.</p>;
    return <SlicePictures address={`file-${file}`} label={label} message="This browser has no WebGL 2, so the volume cannot be turned and scrolled. These are its middle slices." attempt={0} />;
  }
  const windowOf = (known: VolumeHeader): GreyWindow => chosen ?? known.window ?? range;
  const reset = (): void => {
    setChosen(null);
    setView('all');
    setColormap('gray');
    scene?.reset();
  };
  const address = `file-${file}`;
  // A raw file gives one channel at a time; a tensor has all of them in it.
  const isRaw = what === 'raw';
  return (
    <section className={styles.viewer} aria-label="Picture" onKeyDownCapture={(event) => takeKey(event, { onView: setView, onReset: reset, onMove: (...steps) => scene?.moveCrosshair(...steps) })}>
      <VolumePane
        name={isRaw ? 'Raw volume' : 'Cached volume'}
        label={label}
        address={isRaw ? `${address} ${channel}` : address}
        load={(signal) => (isRaw ? loader.loadRaw(address, { channel, shape }, sideMax, signal) : loader.loadTensor(address, sideMax, signal))}
        view={view}
        colormap={colormap}
        windowOf={windowOf}
        channel={isRaw ? 0 : channel}
        onScene={setScene}
        onVolume={onVolume}
        caption={(known) => (known === null ? ' ' : sizeWords(known, isRaw ? shape : null))}
      />
      <ViewerControls
        isDrawn={header !== null}
        view={view}
        onView={setView}
        colormap={colormap}
        onColormap={setColormap}
        window={header === null ? range : windowOf(header)}
        range={range}
        onWindow={setChosen}
        channels={isRaw ? (shape?.[3] ?? 1) : (header?.channels ?? 1)}
        channel={channel}
        onChannel={setChannel}
        onReset={reset}
        isRawOpen={undefined}
        onRaw={() => undefined}
      />
    </section>
  );
}

/** From where to where the values reach; what is not finite does not count. */
function extremesOf({ buffer, header }: LoadedVolume): GreyWindow {
  let [min, max] = [header.window?.min ?? Infinity, header.window?.max ?? -Infinity];
  for (const value of new Float32Array(buffer, HEADER_BYTES)) {
    if (!Number.isFinite(value)) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min < max ? { min, max } : UNKNOWN_WINDOW;
}
