import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { throwIfAborted } from '../base/index.ts';
import type { KindId } from '../contract/entries.ts';
import type { PreviewName } from '../kinds/index.ts';
import type { EngineContext } from './context.ts';
import type { StoredPreview } from './preview-store.ts';
import { PreviewStore } from './preview-store.ts';
import { WarmWorkers } from './warm-workers.ts';

/** Changed pictures get new names. */
const PREVIEW_VERSION = 2;
const PICTURES_BYTES_MAX = 256 * 2 ** 20;
/** Facts and volume of the same entry are asked for together. */
const INSPECTING_WORKERS = 2;

/** A file as it is now: another one has another stamp. */
export interface StampedFile {
  readonly path: string;
  readonly sizeBytes: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
  readonly inode: bigint;
}

/** A picture of a file, which may still have to be made. */
export interface EntryPreview {
  /** Changes whenever the file does: `size-mtimeNs-ctimeNs`. */
  readonly tag: string;
  /** @throws TORCH_INVALID, NIFTI_INVALID if there is nothing to be drawn; CANCELLED; WORKER_LOST; DISK_FULL */
  make(signal: AbortSignal): Promise<StoredPreview>;
}

export interface Drawing {
  readonly kind: KindId;
  readonly name: PreviewName;
  readonly file: StampedFile;
  /** What a worker must be told to draw it into a new file; plain data. */
  payload(outputPath: string): unknown;
}

/** Makes pictures in workers and keeps them by what they were made from. */
export class PreviewMaker {
  /** Also for facts, which are asked for beside the picture. */
  readonly inspecting: WarmWorkers;
  readonly #drawing: WarmWorkers;
  readonly #pictures: PreviewStore;
  readonly #volumes: PreviewStore;
  readonly #underWay = new Map<string, Making>();

  constructor(context: EngineContext) {
    this.inspecting = new WarmWorkers(context.workerHost, INSPECTING_WORKERS, 'soon');
    this.#drawing = new WarmWorkers(context.workerHost, 1, 'now');
    const folder = join(context.dataDirectory, 'previews');
    this.#pictures = new PreviewStore(join(folder, 'pictures'), 'png', () => PICTURES_BYTES_MAX);
    this.#volumes = new PreviewStore(join(folder, 'volumes'), 'nii', () => context.settings.current().previewBytes);
  }

  preview(drawing: Drawing): EntryPreview {
    const { sizeBytes, modifiedNs, changedNs } = drawing.file;
    return { tag: `${sizeBytes}-${modifiedNs}-${changedNs}`, make: (signal) => this.#make(drawing, signal) };
  }

  /** Removes every picture that was made. @returns what went */
  async clear(): Promise<{ readonly files: number; readonly bytes: number }> {
    const [pictures, volumes] = [await this.#pictures.clear(), await this.#volumes.clear()];
    return { files: pictures.files + volumes.files, bytes: pictures.bytes + volumes.bytes };
  }

  close(): void {
    this.inspecting.close();
    this.#drawing.close();
  }

  async #make({ kind, name, file, payload }: Drawing, signal: AbortSignal): Promise<StoredPreview> {
    const { inode, sizeBytes, modifiedNs, changedNs } = file;
    const id = createHash('sha256')
      .update(JSON.stringify([PREVIEW_VERSION, name, payload(''), ...[inode, sizeBytes, modifiedNs, changedNs].map(String)]))
      .digest()
      .toString('hex', 0, 16);
    const isVolume = name !== 'thumbnail' && name !== 'slices';
    const store = isVolume ? this.#volumes : this.#pictures;
    const found = await store.find(id);
    if (found !== undefined) return found;
    throwIfAborted(signal);
    const making = this.#underWay.get(id) ?? this.#begin(id, (shared) =>
      store.make(id, async (outputPath) => {
        const workers = isVolume ? this.inspecting : this.#drawing;
        await workers.run({ kind, task: name, payload: payload(outputPath) }, shared);
      }),
    );
    return await making.join(signal);
  }

  #begin(id: string, work: (signal: AbortSignal) => Promise<StoredPreview>): Making {
    const making = new Making(work, () => this.#underWay.delete(id));
    this.#underWay.set(id, making);
    return making;
  }
}

/** One picture being made, for everybody who asked for it meanwhile; given up when the last of them leaves. */
class Making {
  readonly #abort = new AbortController();
  readonly #result: Promise<StoredPreview>;
  readonly #end: () => void;
  #waiting = 0;

  constructor(work: (signal: AbortSignal) => Promise<StoredPreview>, onEnd: () => void) {
    this.#end = onEnd;
    this.#result = work(this.#abort.signal).finally(onEnd);
    this.#result.catch(() => undefined);
  }

  async join(signal: AbortSignal): Promise<StoredPreview> {
    this.#waiting++;
    const leave = (): void => {
      if (--this.#waiting > 0) return;
      // Whoever asks from now on begins anew.
      this.#end();
      this.#abort.abort();
    };
    signal.addEventListener('abort', leave, { once: true });
    try {
      return await this.#result;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }
}
