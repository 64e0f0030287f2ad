/** Where the files of an image cache lie, relative to it. */
export const INDEX_FILE = 'cache_index.json';
export const IMAGES = 'images';
export const METADATA = 'metadata';

export const imageFile = (key: string): string => `${IMAGES}/${key}.png`;
export const metadataFile = (key: string): string => `${METADATA}/${key}.json`;

const IMAGE = /^images\/([0-9a-f]{32})\.png$/;
const METADATA_NAME = /^metadata\/([0-9a-f]{32})\.json$/;
/** Left by whoever was killed while writing: ours, Python's habits, editors. */
const TEMPORARY = /(?:^|\/)(?:\.larder-tmp-[^/]*|[^/]*\.(?:larder-tmp|tmp|part|partial))$/;

export function keyOfImage(file: string): string | undefined {
  return IMAGE.exec(file)?.[1];
}
export function keyOfMetadata(file: string): string | undefined {
  return METADATA_NAME.exec(file)?.[1];
}
export function isTemporary(file: string): boolean {
  return TEMPORARY.test(file);
}
