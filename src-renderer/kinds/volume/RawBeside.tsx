import { useEffect, useRef, useState } from 'react';
import type { PointerEvent } from 'react';
import { Readout } from './Readout.tsx';
import { linkedWindow } from './linked-window.ts';
import type { Location, Point } from './location.ts';
import type { LoadedVolume, VolumeLoader } from './volume-data.ts';
import type { Colormap, GreyWindow, View } from './volume-scene.ts';
import { VolumeScene } from './volume-scene.ts';
import styles from './VolumeViewer.module.css';

interface RawBesideProps {
  readonly cacheId: number;
  readonly entryKey: string;
  readonly label: string;
  readonly sideMax: number;
  readonly view: View;
  readonly colormap: Colormap;
  /** Of the cached volume, and the range its parameters map to. */
  readonly window: GreyWindow;
  readonly cachedRange: GreyWindow | null;
  /** Where the crosshair of the cached volume is, mm. */
  readonly at: Point | undefined;
  /** The crosshair was moved here. */
  readonly onMove: (mm: Point) => void;
  readonly loader: VolumeLoader;
}

/** The raw volume with the same view, colours and place in the world as the cached one. */
export function RawBeside(props: RawBesideProps) {
  const { cacheId, entryKey, label, sideMax, view, colormap, window, cachedRange, at, loader } = props;
  const holder = useRef<HTMLDivElement>(null);
  const [scene, setScene] = useState<VolumeScene | null>(null);
  const [volume, setVolume] = useState<LoadedVolume | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const [crosshair, setCrosshair] = useState<Location | undefined>();
  const [pointed, setPointed] = useState<Location | undefined>();
  const now = useRef(props);
  now.current = props;
  // A volume that has just come stands in its own middle; that moves nobody.
  const isLinked = useRef(false);

  useEffect(() => {
    const container = holder.current;
    if (container === null) return undefined;
    let isWanted = true;
    let opened: VolumeScene | undefined;
    const onCrosshair = (location: Location | undefined): void => {
      if (!isLinked.current) return;
      setCrosshair(location);
      if (location !== undefined) now.current.onMove(location.mm);
    };
    VolumeScene.open(container, 'Raw volume', { onCrosshair, onLost: () => setMessage('The graphics of this machine were reset, and the raw picture is gone. Close it and open it again.') }).then(
      (made) => {
        opened = made;
        if (isWanted) setScene(made);
        else made.dispose();
      },
      (error: unknown) => isWanted && setMessage(error instanceof Error ? error.message : String(error)),
    );
    return () => {
      isWanted = false;
      opened?.dispose();
    };
  }, []);

  useEffect(() => {
    if (scene === null) return undefined;
    const abort = new AbortController();
    isLinked.current = false;
    setVolume(null);
    setMessage(null);
    setPointed(undefined);
    loader
      .loadRaw(cacheId, entryKey, sideMax, abort.signal)
      .then(async (loaded) => {
        const { header } = loaded;
        await scene.show(loaded, linkedWindow(now.current.window, now.current.cachedRange, header.window ?? now.current.window), now.current.colormap);
        if (abort.signal.aborted) return;
        isLinked.current = true;
        setVolume(loaded);
      })
      .catch((error: unknown) => !abort.signal.aborted && setMessage(error instanceof Error ? error.message : String(error)));
    return () => abort.abort();
  }, [scene, loader, cacheId, entryKey, sideMax]);

  useEffect(() => scene?.canvas.setAttribute('aria-label', `${label}, raw: arrow keys move both crosshairs`), [scene, label]);
  useEffect(() => scene?.setView(view), [scene, view]);
  useEffect(() => scene?.setColormap(colormap), [scene, colormap]);
  useEffect(() => {
    if (volume !== null) scene?.setWindow(linkedWindow(window, cachedRange, volume.header.window ?? window));
  }, [scene, volume, window.min, window.max, cachedRange]);
  useEffect(() => {
    if (volume === null || at === undefined) return;
    scene?.lookAt(at);
    setCrosshair(scene?.crosshair());
  }, [scene, volume, at?.join()]);

  const onPoint = (event: PointerEvent): void => {
    const box = scene?.canvas.getBoundingClientRect();
    if (scene !== null && box !== undefined) setPointed(scene.under(event.clientX - box.left, event.clientY - box.top));
  };
  const isDrawn = volume !== null && message === null;
  const readout = <Readout location={pointed ?? crosshair} isPointed={pointed !== undefined} isDrawn={isDrawn} isInPicture={view === 'all'} what="raw" />;
  return (
    <figure className={styles.one} aria-label="Raw volume">
      <figcaption>
        Raw{volume !== null && `, ${volume.header.sizes.map((size, axis) => size * volume.header.steps[axis]!).join(' × ')}${stepWords(volume.header.steps)}`}
      </figcaption>
      <div className={styles.stage} aria-busy={volume === null && message === null}>
        <div ref={holder} className={isDrawn ? styles.canvas : styles.dimmed} onPointerMove={onPoint} onPointerLeave={() => setPointed(undefined)} />
        {isDrawn && view === 'all' && readout}
        {!isDrawn && (
          <p className={styles.over} role={message === null ? 'status' : 'alert'}>
            {message ?? 'Reading the raw file …'}
          </p>
        )}
      </div>
      {view !== 'all' && readout}
    </figure>
  );
}

/** What a reduced volume leaves out. */
export function stepWords(steps: readonly number[]): string {
  const largest = Math.max(...steps);
  return largest === 1 ? '' : `, every ${ordinal(largest)} voxel shown`;
}

function ordinal(count: number): string {
  return `${count}${count % 10 === 2 && count !== 12 ? 'nd' : count % 10 === 3 && count !== 13 ? 'rd' : 'th'}`;
}
