import type { CDPSession } from 'playwright';

/** Somewhere in the middle of the window. */
const AT = { x: 400, y: 300 } as const;

/** A drop from the file manager: the browser itself reads the files, the page gets them as from a person. */
export async function dropFiles(cdp: CDPSession, paths: readonly string[]): Promise<void> {
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) await cdp.send('Input.dispatchDragEvent', { type, ...AT, data });
}
