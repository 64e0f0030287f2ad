import { setTimeout } from 'node:timers/promises';
import type { CDPSession } from 'playwright';

const PAUSE_MS = 150;
/** Somewhere in the middle of the window. */
const AT = { x: 400, y: 300 } as const;

/** A drop from the file manager: the browser itself reads the files, the page gets them as from a person. */
export async function dropFiles(cdp: CDPSession, paths: readonly string[]): Promise<void> {
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  const drag = async (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<void> => void (await cdp.send('Input.dispatchDragEvent', { type, ...AT, data }));
  await drag('dragEnter');
  await drag('dragOver');
  // A hand rests before it lets go; a browser that has not heard yet that the page takes the files would not give them.
  await setTimeout(PAUSE_MS);
  await drag('dragOver');
  await setTimeout(PAUSE_MS);
  await drag('drop');
}
