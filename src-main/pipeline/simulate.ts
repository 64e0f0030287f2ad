/** An item as the corridor meets it. */
export interface SimulatedItem {
  /** Bytes to download; 0 where the raw file is there already. */
  readonly downloadBytes: number;
  /** What its entry takes on disk. */
  readonly entryBytes: number;
  /** Of one worker. */
  readonly seconds: number;
}

export interface SimulatedHouse {
  readonly workers: number;
  readonly downloadsAtOnce: number;
  /** Downloaded raw files on disk at once, at most. */
  readonly window: number;
  /** Of all downloads together; whatever it is where nothing is downloaded. */
  readonly bytesPerSecond: number;
  /** Of one of them, where that was measured: fewer at once, at the end or in a narrow window, fetch less together. */
  readonly bytesPerConnection?: number;
}

export interface SimulatedRun {
  readonly seconds: number;
  /** Raw files, the entries that are being written, and those that are there, at the worst moment. */
  readonly peakBytes: number;
}

/** Part of its time for which an entry lies there before it has its name: it is written, synced and read back. */
const STAGED_SHARE = 1 / 3;

interface Making {
  readonly item: SimulatedItem;
  readonly stagedAt: number;
  readonly endsAt: number;
  isStaged: boolean;
}

interface Download {
  readonly item: SimulatedItem;
  leftBytes: number;
}

/**
 * Goes through a run as `GenerateRun` does: downloads share the line and hold a place of the window
 * until their entry is published; workers take what is ready; an entry is written while its raw file
 * is still there. About a microsecond an item.
 */
export function simulate(items: readonly SimulatedItem[], house: SimulatedHouse): SimulatedRun {
  return new Simulation(items, house).run();
}

class Simulation {
  readonly #items: readonly SimulatedItem[];
  readonly #house: SimulatedHouse;
  readonly #downloads = new Set<Download>();
  /** Ready items; a cursor instead of shifting. */
  readonly #ready: SimulatedItem[] = [];
  #nextReady = 0;
  readonly #working: Making[] = [];
  #nextItem = 0;
  #held = 0;
  #now = 0;
  #bytes = 0;
  #peakBytes = 0;

  constructor(items: readonly SimulatedItem[], house: SimulatedHouse) {
    this.#items = items;
    this.#house = house;
  }

  run(): SimulatedRun {
    this.#begin();
    while (this.#downloads.size > 0 || this.#working.length > 0) {
      this.#step();
      this.#begin();
    }
    return { seconds: this.#now, peakBytes: this.#peakBytes };
  }

  #begin(): void {
    while (this.#nextItem < this.#items.length) {
      const item = this.#items[this.#nextItem]!;
      if (item.downloadBytes > 0) {
        if (this.#downloads.size >= this.#house.downloadsAtOnce || this.#held >= this.#house.window) break;
        this.#downloads.add({ item, leftBytes: item.downloadBytes });
        this.#held++;
      } else this.#ready.push(item);
      this.#nextItem++;
    }
    while (this.#working.length < this.#house.workers && this.#nextReady < this.#ready.length) {
      const item = this.#ready[this.#nextReady++]!;
      this.#working.push({ item, stagedAt: this.#now + item.seconds * (1 - STAGED_SHARE), endsAt: this.#now + item.seconds, isStaged: false });
    }
  }

  /** To the next end of a download, or to where an entry is staged or has its name. */
  #step(): void {
    const rate = this.#house.bytesPerConnection ?? this.#house.bytesPerSecond / Math.max(1, this.#downloads.size);
    let nextDownload = Infinity;
    for (const download of this.#downloads) nextDownload = Math.min(nextDownload, this.#now + download.leftBytes / rate);
    let first = 0;
    for (let i = 1; i < this.#working.length; i++) if (nextOf(this.#working[i]!) < nextOf(this.#working[first]!)) first = i;
    const making = this.#working[first];
    const nextEntry = making === undefined ? Infinity : nextOf(making);
    const to = Math.min(nextDownload, nextEntry);
    this.#receive((to - this.#now) * rate);
    this.#now = to;
    if (making === undefined || nextEntry > nextDownload) return;
    if (making.isStaged) this.#publish(first);
    else this.#stage(making);
  }

  #receive(bytesEach: number): void {
    for (const download of this.#downloads) {
      const bytes = Math.min(download.leftBytes, bytesEach);
      download.leftBytes -= bytes;
      this.#bytes += bytes;
      // Less than a byte is what divisions have left.
      if (download.leftBytes >= 1) continue;
      this.#bytes += download.leftBytes;
      this.#downloads.delete(download);
      this.#ready.push(download.item);
    }
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
  }

  #stage(making: Making): void {
    making.isStaged = true;
    this.#bytes += making.item.entryBytes;
    this.#peakBytes = Math.max(this.#peakBytes, this.#bytes);
  }

  #publish(at: number): void {
    const { item } = this.#working.splice(at, 1)[0]!;
    if (item.downloadBytes === 0) return;
    this.#bytes -= item.downloadBytes;
    this.#held--;
  }
}

function nextOf({ isStaged, stagedAt, endsAt }: Making): number {
  return isStaged ? endsAt : stagedAt;
}
