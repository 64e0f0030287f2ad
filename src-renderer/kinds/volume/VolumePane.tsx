import { useEffect, useRef, useState } from 'react';
import type { PointerEvent, ReactNode } from 'react';
import { Readout } from './Readout.tsx';
import type { Location, Point } from './location.ts';
import type { VolumeHeader } from './nifti-header.ts';
import type { LoadedVolume } from './volume-data.ts';
import type { Colormap, GreyWindow, View } from './volume-scene.ts';
import { VolumeScene } from './volume-scene.ts';
import styles from './VolumeViewer.module.css';

interface VolumePaneProps {
  /** Of the pane; what its keys do is said after it. */
  readonly name: string;
  readonly label: string;
  /** Which volume, where there are two. */
  readonly what?: string;
  /** Another one loads anew. */
  readonly address: string;
  readonly load: (signal: AbortSignal) => Promise<LoadedVolume>;
  readonly view: View;
  readonly colormap: Colormap;
  readonly windowOf: (header: VolumeHeader) => GreyWindow;
  /** Of a volume that has several in it. */
  readonly channel?: number;
  /** Where the crosshair is to be, mm. */
  readonly at?: Point | undefined;
  /** The crosshair was moved here. */
  readonly onMove?: (mm: Point) => void;
  readonly onScene?: (scene: VolumeScene | null) => void;
  readonly onVolume?: (volume: LoadedVolume | null) => void;
  readonly caption: (header: VolumeHeader | null) => ReactNode;
}

/** A volume with its crosshair and its values, and nothing to change them. */
export function VolumePane(props: VolumePaneProps) {
  const { name, label, what, address, view, colormap, channel = 0, at, caption } = props;
  const holder = useRef<HTMLDivElement>(null);
  const [scene, setScene] = useState<VolumeScene | null>(null);
  const [volume, setVolume] = useState<LoadedVolume | null>(null);
  const [message, setMessage] = useState<string | null>(null);
  const [isLost, setLost] = useState(false);
  const [round, setRound] = useState(0);
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
    setLost(false);
    const onCrosshair = (location: Location | undefined): void => {
      if (!isLinked.current) return;
      setCrosshair(location);
      if (location !== undefined) now.current.onMove?.(location.mm);
    };
    VolumeScene.open(container, name, { onCrosshair, onLost: () => setLost(true) }).then(
      (made) => {
        opened = made;
        if (isWanted) setScene(made);
        else made.dispose();
      },
      (error: unknown) => isWanted && setMessage(wordsOf(error)),
    );
    return () => {
      isWanted = false;
      setScene(null);
      opened?.dispose();
    };
  }, [name, round]);

  useEffect(() => {
    now.current.onScene?.(scene);
    if (scene === null) return undefined;
    const abort = new AbortController();
    isLinked.current = false;
    setVolume(null);
    setMessage(null);
    setPointed(undefined);
    now.current
      .load(abort.signal)
      .then(async (loaded) => {
        await scene.show(loaded, now.current.windowOf(loaded.header), now.current.colormap);
        if (abort.signal.aborted) return;
        isLinked.current = true;
        setCrosshair(scene.crosshair());
        setVolume(loaded);
      })
      .catch((error: unknown) => !abort.signal.aborted && setMessage(wordsOf(error)));
    return () => abort.abort();
  }, [scene, address]);

  const window = volume === null ? null : props.windowOf(volume.header);
  useEffect(() => scene?.canvas.setAttribute('aria-label', `${label}: arrow keys move the crosshair`), [scene, label]);
  useEffect(() => scene?.setView(view), [scene, view]);
  useEffect(() => scene?.setColormap(colormap), [scene, colormap]);
  useEffect(() => {
    if (window !== null) scene?.setWindow(window);
  }, [scene, window?.min, window?.max]);
  useEffect(() => {
    if (volume !== null && volume.header.channels > 1) scene?.setChannel(channel);
  }, [scene, volume, channel]);
  useEffect(() => {
    if (volume === null || at === undefined) return;
    scene?.lookAt(at);
    setCrosshair(scene?.crosshair());
  }, [scene, volume, at?.join()]);
  useEffect(() => now.current.onVolume?.(volume), [volume]);

  const onPoint = (event: PointerEvent): void => {
    const box = scene?.canvas.getBoundingClientRect();
    if (scene !== null && box !== undefined) setPointed(scene.under(event.clientX - box.left, event.clientY - box.top));
  };
  const isDrawn = volume !== null && message === null && !isLost;
  const readout = <Readout location={pointed ?? crosshair} isPointed={pointed !== undefined} isDrawn={isDrawn} isInPicture={view === 'all'} {...(what === undefined ? {} : { what })} />;
  return (
    <figure className={styles.one} aria-label={name}>
      <figcaption>{caption(volume?.header ?? null)}</figcaption>
      <div className={styles.stage} aria-busy={volume === null && message === null && !isLost}>
        <div ref={holder} className={isDrawn ? styles.canvas : styles.dimmed} onPointerMove={onPoint} onPointerLeave={() => setPointed(undefined)} />
        {isDrawn && view === 'all' && readout}
        {isLost && (
          <div className={styles.over} role="alert">
            <p>The graphics of this machine were reset, and the picture is gone.</p>
            <button type="button" onClick={() => setRound((before) => before + 1)}>
              Draw it again
            </button>
          </div>
        )}
        {!isDrawn && !isLost && (
          <p className={styles.over} role={message === null ? 'status' : 'alert'}>
            {message ?? 'Reading the file …'}
          </p>
        )}
      </div>
      {view !== 'all' && readout}
    </figure>
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `600 × 512 × 300, every 3rd voxel shown`. @param whole where it is known from elsewhere */
export function sizeWords({ sizes, steps }: VolumeHeader, whole?: readonly number[] | null): string {
  return `${(whole?.slice(0, 3) ?? sizes.map((size, axis) => size * steps[axis]!)).join(' × ')}${stepWords(steps)}`;
}

/** What a reduced volume leaves out. */
export function stepWords(steps: readonly number[]): string {
  const largest = Math.max(...steps);
  return largest === 1 ? '' : `, every ${ordinal(largest)} voxel shown`;
}

function ordinal(count: number): string {
  return `${count}${count % 10 === 2 && count !== 12 ? 'nd' : count % 10 === 3 && count !== 13 ? 'rd' : 'th'}`;
}
