/** Something that is soon on the screen, for those who would keep the page busy. */
export class Painted {
  #resolve!: () => void;
  readonly #done = new Promise<void>((resolve) => (this.#resolve = resolve));

  /** It is in the document; the next frame paints it. */
  done(): void {
    // The first frame draws it; the second begins when it has been drawn.
    requestAnimationFrame(() => requestAnimationFrame(this.#resolve));
  }

  /** Until it is painted, at most `ms`. */
  async within(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    await Promise.race([this.#done, new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)))]);
    clearTimeout(timer);
  }
}
