import { setTimeout } from 'node:timers/promises';
import type { CDPSession } from 'playwright';

const PAUSE_MS = 150;
const LOOK_EVERY_MS = 20;
const HEARD_WITHIN_MS = 10_000;
const DROPS = 5;
/** Somewhere in the middle of the window. */
const AT = { x: 400, y: 300 } as const;
/** What the page has heard of drags, by type. */
const LISTEN = `window.heardDrags ??= (() => {
  const heard = { dragover: 0, dragleave: 0, drop: 0 };
  for (const type of Object.keys(heard)) addEventListener(type, () => heard[type]++, { capture: true });
  return heard;
})()`;

type Heard = Readonly<Record<'dragover' | 'dragleave' | 'drop', number>>;

/** A drop from the file manager: the browser itself reads the files, the page gets them as from a person. @throws Error if the page never gets them */
export async function dropFiles(cdp: CDPSession, paths: readonly string[]): Promise<void> {
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  const drag = async (type: 'dragEnter' | 'dragOver' | 'drop'): Promise<void> => void (await cdp.send('Input.dispatchDragEvent', { type, ...AT, data }));
  const heard = async (): Promise<Heard> => (await cdp.send('Runtime.evaluate', { expression: LISTEN, returnByValue: true })).result.value as Heard;
  const until = async (isHeard: (now: Heard) => boolean): Promise<Heard> => {
    for (let waitedMs = 0; waitedMs < HEARD_WITHIN_MS; waitedMs += LOOK_EVERY_MS) {
      const now = await heard();
      if (isHeard(now)) return now;
      await setTimeout(LOOK_EVERY_MS);
    }
    return await heard();
  };
  for (let again = 0; again < DROPS; again++) {
    const before = await heard();
    await drag('dragEnter');
    await drag('dragOver');
    await until(({ dragover }) => dragover > before.dragover);
    // A hand rests before it lets go: to a browser that has not heard yet that the page takes the files the drop is none, and the hand tries again.
    await setTimeout(PAUSE_MS);
    await drag('dragOver');
    await setTimeout(PAUSE_MS);
    await drag('drop');
    const after = await until(({ drop, dragleave }) => drop > before.drop || dragleave > before.dragleave);
    if (after.drop > before.drop) return;
  }
  throw new Error(`The page was given ${paths.join(', ')} ${DROPS} times and took none of it.`);
}
