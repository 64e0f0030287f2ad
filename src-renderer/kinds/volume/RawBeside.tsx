import { useState } from 'react';
import { ChannelChoice } from './ChannelChoice.tsx';
import { VolumePane, sizeWords } from './VolumePane.tsx';
import { linkedWindow } from './linked-window.ts';
import type { Point } from './location.ts';
import type { VolumeLoader } from './volume-data.ts';
import type { Colormap, GreyWindow, View } from './volume-scene.ts';

interface RawBesideProps {
  readonly cacheId: number;
  readonly entryKey: string;
  readonly label: string;
  /** As the header of the raw file has it; null while that is not known. */
  readonly shape: readonly number[] | null;
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
export function RawBeside({ cacheId, entryKey, label, shape, sideMax, view, colormap, window, cachedRange, at, onMove, loader }: RawBesideProps) {
  const [wanted, setWanted] = useState(0);
  const channels = shape?.[3] ?? 1;
  // Of another entry, which may have fewer.
  const channel = Math.min(wanted, channels - 1);
  const address = `${cacheId}-${entryKey}`;
  return (
    <VolumePane
      name="Raw volume"
      label={`${label}, raw`}
      what="raw"
      address={`${address} ${channel} ${sideMax}`}
      load={(signal) => loader.loadRaw(address, { channel, shape }, sideMax, signal)}
      view={view}
      colormap={colormap}
      windowOf={(header) => linkedWindow(window, cachedRange, header.window ?? window)}
      at={at}
      onMove={onMove}
      caption={(header) => (
        <>
          Raw{header !== null && `, ${sizeWords(header, shape)}`}
          {channels > 1 && <ChannelChoice name="Raw channel" channels={channels} channel={channel} onChannel={setWanted} />}
        </>
      )}
    />
  );
}
