import { useCallback, useEffect, useRef, useState } from 'react';
import type { KeyboardEvent, PointerEvent } from 'react';
import { RawBeside } from './RawBeside.tsx';
import { Readout } from './Readout.tsx';
import { SlicePictures, SlicesWhileLoading } from './SlicePictures.tsx';
import { ViewerControls } from './ViewerControls.tsx';
import { sizeWords, stepWords } from './VolumePane.tsx';
import type { Location, Point } from './location.ts';
import type { LoadedVolume, VolumeLoader } from './volume-data.ts';
import { TooLargeError } from './volume-data.ts';
import { Painted } from './painted.ts';
import { leaveScene, takeScene } from './scene-park.ts';
import type { Colormap, GreyWindow, View, VolumeScene } from './volume-scene.ts';
import { textureSideMax } from './volume-scene.ts';
import { takeKey } from './viewer-keys.ts';
import styles from './VolumeViewer.module.css';

interface VolumeViewerProps {
  readonly cacheId: number;
  readonly entryKey: string;
  readonly label: string;
  /** Changes when the same entry is to be loaded anew. */
  readonly attempt: number;
  readonly window: GreyWindow;
  /** Values the sliders reach from and to. */
  readonly range: GreyWindow;
  readonly onWindow: (window: GreyWindow | null) => void;
  /** The volume is on the screen. */
  readonly onShown: () => void;
  readonly loader: VolumeLoader;
  /** Whether its raw file can be shown; null while that is not known. */
  readonly hasRaw: boolean | null;
  /** Of the raw file, as its header has it. */
  readonly rawShape: readonly number[] | null;
  /** Range the parameters map to. */
  readonly cachedRange: GreyWindow | null;
}

type Trouble = { readonly kind: 'slices'; readonly message: string } | { readonly kind: 'lost' } | { readonly kind: 'failed'; readonly message: string };

/** Fetching the viewer and colouring a volume keep the page busy; the slices are on the screen before either begins, unless they take longer than this. */
const PICTURE_WAIT_MS = 250;

const NO_WEBGL = 'This browser has no WebGL 2, so the volume cannot be turned and scrolled. These are its middle slices. What graphics there are stands in Settings, under Diagnostics.';

/** The volume in planes and in 3D; the middle slices as a picture where that cannot be drawn. */
export function VolumeViewer(props: VolumeViewerProps) {
  const { cacheId, entryKey, label, attempt, window, range, onWindow, loader, hasRaw, cachedRange } = props;
  const holder = useRef<HTMLDivElement>(null);
  const [scene, setScene] = useState<VolumeScene | null>(null);
  const [round, setRound] = useState(0);
  const [loaded, setLoaded] = useState<{ readonly entryKey: string; readonly volume: LoadedVolume } | null>(null);
  /** On the screen. */
  const [volume, setVolume] = useState<LoadedVolume | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(() => (textureSideMax() === undefined ? { kind: 'slices', message: NO_WEBGL } : null));
  const [view, setView] = useState<View>('all');
  const [colormap, setColormap] = useState<Colormap>('gray');
  const [channel, setChannel] = useState(0);
  const [wantsRaw, setWantsRaw] = useState(false);
  const [crosshair, setCrosshair] = useState<Location | undefined>();
  const [pointed, setPointed] = useState<Location | undefined>();
  const pictured = useRef(new Painted());
  const shown = useRef({ window, colormap, onShown: props.onShown });
  shown.current = { window, colormap, onShown: props.onShown };

  // Read while the scene is still being opened: the one waits for the disk, the other for the graphics. It stands before the scene, which waits for the picture that is begun here.
  useEffect(() => {
    const side = textureSideMax();
    if (side === undefined) return undefined;
    const abort = new AbortController();
    setTrouble((before) => (before?.kind === 'lost' ? before : null));
    setVolume(null);
    setLoaded(null);
    setPointed(undefined);
    pictured.current = new Painted();
    loader.load(cacheId, entryKey, side, abort.signal).then(
      (volume) => !abort.signal.aborted && setLoaded({ entryKey, volume }),
      (error: unknown) => {
        if (abort.signal.aborted) return;
        setTrouble(error instanceof TooLargeError ? { kind: 'slices', message: `${error.message} These are its middle slices.` } : { kind: 'failed', message: wordsOf(error) });
      },
    );
    return () => abort.abort();
  }, [loader, cacheId, entryKey, attempt, round]);

  // One scene for as long as this part of the screen lives, whatever it shows.
  useEffect(() => {
    const container = holder.current;
    if (container === null || textureSideMax() === undefined) return undefined;
    let isWanted = true;
    let opened: VolumeScene | undefined;
    const begin = async (): Promise<void> => {
      try {
        await pictured.current.within(PICTURE_WAIT_MS);
        if (!isWanted) return;
        opened = await takeScene(container, 'Volume', { onCrosshair: setCrosshair, onLost: () => setTrouble({ kind: 'lost' }) });
        if (isWanted) setScene(opened);
        else leaveScene(opened);
      } catch (error) {
        if (isWanted) setTrouble({ kind: 'slices', message: wordsOf(error) });
      }
    };
    void begin();
    return () => {
      isWanted = false;
      setScene(null);
      if (opened !== undefined) leaveScene(opened);
    };
  }, [round]);

  useEffect(() => {
    if (scene === null || loaded === null || loaded.entryKey !== entryKey) return undefined;
    let isWanted = true;
    const show = async (): Promise<boolean> => {
      await pictured.current.within(PICTURE_WAIT_MS);
      if (isWanted) await scene.show(loaded.volume, shown.current.window, shown.current.colormap);
      return isWanted;
    };
    show().then(
      (isShown) => {
        if (!isShown || !isWanted) return;
        scene.canvas.dataset['shown'] = entryKey;
        setVolume(loaded.volume);
        shown.current.onShown();
      },
      (error: unknown) => isWanted && setTrouble({ kind: 'failed', message: wordsOf(error) }),
    );
    return () => {
      isWanted = false;
    };
  }, [scene, loaded, entryKey]);

  useEffect(() => scene?.canvas.setAttribute('aria-label', `${label}: arrow keys move the crosshair, Page Up and Page Down go through the slices`), [scene, label]);
  useEffect(() => scene?.setWindow(window), [scene, window.min, window.max]);
  useEffect(() => scene?.setColormap(colormap), [scene, colormap]);
  useEffect(() => scene?.setView(view), [scene, view]);
  // Another volume begins with its first channel, in the picture and in the choice.
  useEffect(() => setChannel(0), [volume]);
  useEffect(() => {
    if (volume !== null && volume.header.channels > 1) scene?.setChannel(channel);
  }, [scene, volume, channel]);

  const reset = useCallback(() => {
    scene?.reset();
    setView('all');
    setColormap('gray');
    onWindow(null);
  }, [scene, onWindow]);
  const moveTo = useCallback(
    (mm: Point) => {
      scene?.lookAt(mm);
      setCrosshair(scene?.crosshair());
    },
    [scene],
  );
  const reload = (): void => {
    setTrouble(null);
    setRound((before) => before + 1);
  };
  const onKey = (event: KeyboardEvent): void => takeKey(event, { onView: setView, onReset: reset, onMove: (...steps) => scene?.moveCrosshair(...steps) });
  const onPoint = (event: PointerEvent): void => {
    const box = scene?.canvas.getBoundingClientRect();
    if (scene !== null && box !== undefined && event.target === scene.canvas) setPointed(scene.under(event.clientX - box.left, event.clientY - box.top));
  };
  const isDrawn = trouble === null && volume !== null;
  const side = textureSideMax();
  // Without an affine there is no place in the world both could show.
  const canLink = hasRaw !== false && volume?.header.affine !== null;
  const isPair = wantsRaw && canLink && side !== undefined && trouble?.kind !== 'slices';
  const steps = volume === null ? '' : stepWords(volume.header.steps);
  const readout = <Readout location={pointed ?? crosshair} isPointed={pointed !== undefined} isDrawn={isDrawn} isInPicture={view === 'all'} {...(isPair ? { what: 'cached' } : {})} />;
  return (
    <section className={styles.viewer} aria-label="Picture" onKeyDownCapture={onKey}>
      {trouble?.kind === 'slices' ? (
        <SlicePictures address={`${cacheId}-${entryKey}`} label={label} message={trouble.message} attempt={attempt} />
      ) : (
        <div className={isPair ? styles.pair : styles.single} data-pair={isPair || undefined}>
          <figure className={styles.one} aria-label="Cached volume">
            {(isPair || steps !== '') && <figcaption>Cached{volume !== null && `, ${sizeWords(volume.header)}`}</figcaption>}
            <div className={styles.stage} aria-busy={trouble === null && volume === null}>
              <div ref={holder} className={isDrawn ? styles.canvas : styles.dimmed} onPointerMove={onPoint} onPointerLeave={() => setPointed(undefined)} />
              {isDrawn && view === 'all' && readout}
              {trouble === null && volume === null && (
                <div className={styles.waiting}>
                  <SlicesWhileLoading key={`${entryKey} ${attempt}`} address={`${cacheId}-${entryKey}`} onDone={() => pictured.current.done()} />
                  <p role="status">Reading the volume …</p>
                </div>
              )}
              {trouble?.kind === 'failed' && (
                <p className={styles.over} role="alert">
                  {trouble.message}
                </p>
              )}
              {trouble?.kind === 'lost' && (
                <div className={styles.over} role="alert">
                  <p>The graphics of this machine were reset, and the picture is gone.</p>
                  <button type="button" onClick={reload}>
                    Draw it again
                  </button>
                </div>
              )}
            </div>
            {isPair && view !== 'all' && readout}
          </figure>
          {isPair && <RawBeside cacheId={cacheId} entryKey={entryKey} label={label} shape={props.rawShape} sideMax={side} view={view} colormap={colormap} window={window} cachedRange={cachedRange} at={crosshair?.mm} onMove={moveTo} loader={loader} />}
        </div>
      )}
      {trouble?.kind !== 'slices' && (
        <>
          {wantsRaw && hasRaw === false && <p className={styles.why}>The raw file of this entry is not on this disk.</p>}
          {!isPair && view !== 'all' && readout}
          <ViewerControls
            isDrawn={isDrawn}
            view={view}
            onView={setView}
            colormap={colormap}
            onColormap={setColormap}
            window={window}
            range={range}
            onWindow={onWindow}
            channels={volume?.header.channels ?? 1}
            channel={channel}
            onChannel={setChannel}
            onReset={reset}
            isRawOpen={hasRaw === true || wantsRaw ? wantsRaw : undefined}
            onRaw={setWantsRaw}
          />
        </>
      )}
    </section>
  );
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
