/** Address of a picture as it lies in the cache. */
export function pictureUrl(cacheId: number, key: string): string {
  return `/_data/thumb/${cacheId}-${key}.png`;
}

/** `fonts/KhmerOS.ttf` is shown as `KhmerOS.ttf`, whichever system wrote the path. */
export function fontLabel(fontPath: string): string {
  return fontPath.split(/[/\\]/).at(-1) ?? fontPath;
}
