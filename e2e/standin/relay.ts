/** What travels between the test and the process of the stand-in, both ways. JSON types only. */
type Wire = { readonly type: 'call'; readonly id: number; readonly name: string; readonly args: readonly unknown[] } | { readonly type: 'tell'; readonly name: string; readonly args: readonly unknown[] } | { readonly type: 'answer'; readonly id: number; readonly value?: unknown; readonly error?: string };

type Handler = (...args: never[]) => unknown;

/** Calls with answers, and news without, over a channel of messages in order. */
export class Relay {
  readonly #post: (message: unknown) => void;
  readonly #handlers = new Map<string, Handler>();
  readonly #waiting = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }>();
  #nextId = 0;

  constructor(post: (message: unknown) => void) {
    this.#post = post;
  }

  /** What is done for a name; once for each. */
  handle(name: string, handler: Handler): void {
    if (this.#handlers.has(name)) throw new Error(`${name} has a handler`);
    this.#handlers.set(name, handler);
  }

  tell(name: string, ...args: readonly unknown[]): void {
    this.#post({ type: 'tell', name, args } satisfies Wire);
  }

  /** @throws the message of what the other side threw */
  call(name: string, ...args: readonly unknown[]): Promise<unknown> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#post({ type: 'call', id, name, args } satisfies Wire);
    });
  }

  receive(message: unknown): void {
    const wire = message as Wire;
    if (wire.type === 'answer') {
      const waiting = this.#waiting.get(wire.id);
      this.#waiting.delete(wire.id);
      if (wire.error === undefined) waiting?.resolve(wire.value);
      else waiting?.reject(new Error(wire.error));
      return;
    }
    if (wire.type === 'tell') {
      this.#run(wire.name, wire.args);
      return;
    }
    void (async () => {
      try {
        this.#post({ type: 'answer', id: wire.id, value: await this.#run(wire.name, wire.args) } satisfies Wire);
      } catch (error) {
        this.#post({ type: 'answer', id: wire.id, error: error instanceof Error ? error.message : String(error) } satisfies Wire);
      }
    })();
  }

  /** The other side is gone: nothing that is waited for comes. */
  close(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('The other side has ended.'));
    this.#waiting.clear();
  }

  #run(name: string, args: readonly unknown[]): unknown {
    const handler = this.#handlers.get(name);
    if (handler === undefined) throw new Error(`Nobody handles ${name}`);
    return (handler as (...rest: readonly unknown[]) => unknown)(...args);
  }
}
