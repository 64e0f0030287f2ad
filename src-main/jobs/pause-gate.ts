import { throwIfAborted } from '../base/index.ts';

/** Holds a job between two items while it is paused; what is under way is finished. */
export class PauseGate {
  #waiting: (() => void)[] = [];
  #isPaused = false;

  get isPaused(): boolean {
    return this.#isPaused;
  }

  pause(): void {
    this.#isPaused = true;
  }

  open(): void {
    this.#isPaused = false;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** At once while it is open. @throws CANCELLED */
  async pass(signal: AbortSignal): Promise<void> {
    while (this.#isPaused && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const go = (): void => {
          signal.removeEventListener('abort', go);
          resolve();
        };
        this.#waiting.push(go);
        signal.addEventListener('abort', go, { once: true });
      });
    }
    throwIfAborted(signal);
  }
}
