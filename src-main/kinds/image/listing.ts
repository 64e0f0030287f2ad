import { INDEX_FILE, imageFile, isTemporary, keyOfImage, keyOfMetadata, metadataFile } from './paths.ts';

/** Files of a cache folder by what they are. */
export interface Listing {
  /** File of each key; under another name where it has capital letters. */
  readonly images: ReadonlyMap<string, string>;
  readonly metadata: ReadonlyMap<string, string>;
  readonly temporaries: readonly string[];
  readonly strays: readonly string[];
}

/** Sorts the names of a cache; the same result in whatever order they come. */
export function sortNames(names: readonly string[]): Listing {
  const images = new Map<string, string>();
  const metadata = new Map<string, string>();
  const temporaries: string[] = [];
  const others: string[] = [];
  for (const name of names) {
    const [image, text] = [keyOfImage(name), keyOfMetadata(name)];
    if (image !== undefined) images.set(image, name);
    else if (text !== undefined) metadata.set(text, name);
    else if (isTemporary(name)) temporaries.push(name);
    else if (name !== INDEX_FILE) others.push(name);
  }
  const strays: string[] = [];
  for (const name of others.sort()) {
    const [image, text] = [keyOfImage(name.toLowerCase()), keyOfMetadata(name.toLowerCase())];
    // Right but for capital letters; where the right name is taken too, it is somebody else's file.
    if (image !== undefined && name.startsWith('images/') && !images.has(image)) images.set(image, name);
    else if (text !== undefined && name.startsWith('metadata/') && !metadata.has(text)) metadata.set(text, name);
    else strays.push(name);
  }
  return { images, metadata, temporaries: temporaries.sort(), strays };
}

export function isMisnamed(key: string, file: string): boolean {
  return file !== imageFile(key) && file !== metadataFile(key);
}
