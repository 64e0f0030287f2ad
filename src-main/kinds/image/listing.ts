import { KeySet } from '../../base/index.ts';
import { INDEX_FILE, imageFile, isTemporary, keyOfImage, keyOfMetadata, metadataFile } from './paths.ts';

/** What a key has. */
const IMAGE = 1;
const METADATA = 2;

/** Files of a cache folder by what they are; the same in whatever order their names come. */
export class Listing {
  /** Keys that have a file; more may be added. */
  readonly keys = new KeySet();
  readonly temporaries: string[] = [];
  /** Right once `finish` was called. */
  readonly strays: string[] = [];
  readonly #others: string[] = [];
  /** By the place of the key. */
  readonly #files: number[] = [];
  /** Files whose names have capital letters, by key. */
  readonly #misnamedImages = new Map<string, string>();
  readonly #misnamedMetadata = new Map<string, string>();
  #images = 0;
  #metadata = 0;

  get images(): number {
    return this.#images;
  }

  get metadata(): number {
    return this.#metadata;
  }

  add(name: string): void {
    const [image, text] = [keyOfImage(name), keyOfMetadata(name)];
    if (image !== undefined) this.#note(image, IMAGE);
    else if (text !== undefined) this.#note(text, METADATA);
    else if (isTemporary(name)) this.temporaries.push(name);
    else if (name !== INDEX_FILE) this.#others.push(name);
  }

  /** To be called when all names were added. */
  finish(): void {
    this.temporaries.sort();
    for (const name of this.#others.sort()) {
      const [image, text] = [keyOfImage(name.toLowerCase()), keyOfMetadata(name.toLowerCase())];
      // Right but for capital letters; where the right name is taken too, it is somebody else's file.
      if (image !== undefined && name.startsWith('images/') && !this.#has(image, IMAGE)) {
        this.#note(image, IMAGE);
        this.#misnamedImages.set(image, name);
      } else if (text !== undefined && name.startsWith('metadata/') && !this.#has(text, METADATA)) {
        this.#note(text, METADATA);
        this.#misnamedMetadata.set(text, name);
      } else this.strays.push(name);
    }
  }

  /** The file as it is called, if there is one. */
  imageOf(key: string): string | undefined {
    return this.#has(key, IMAGE) ? (this.#misnamedImages.get(key) ?? imageFile(key)) : undefined;
  }

  metadataOf(key: string): string | undefined {
    return this.#has(key, METADATA) ? (this.#misnamedMetadata.get(key) ?? metadataFile(key)) : undefined;
  }

  #has(key: string, what: number): boolean {
    const place = this.keys.placeOf(key);
    return place >= 0 && ((this.#files[place] ?? 0) & what) !== 0;
  }

  #note(key: string, what: number): void {
    const place = this.keys.add(key);
    const files = this.#files[place] ?? 0;
    if ((files & what) !== 0) return;
    this.#files[place] = files | what;
    if (what === IMAGE) this.#images++;
    else this.#metadata++;
  }
}
