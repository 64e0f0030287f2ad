import type { WireError } from '../../src-main/contract/errors.ts';
import type { Envelope, MethodInput, MethodName, MethodOutput, UpdateMessage } from '../../src-main/contract/methods.ts';

/** What carries calls and news; the rest of the page cannot tell one from the other. */
export interface Transport {
  call(method: string, input: unknown): Promise<Envelope>;
  /** Asks for the news, or for them anew. The next message has `seq` 0 and is a snapshot. */
  subscribe(): void;
  /** Ends the news. */
  unsubscribe(): void;
  onMessage(listener: (message: UpdateMessage) => void): void;
  onConnection(listener: (connection: Connection) => void): void;
}

export type Connection = 'connecting' | 'open' | 'lost';

/** An error of the engine, as the page handles it: code for decisions, message and hint for people. */
export class CallError extends Error {
  readonly code: WireError['code'];
  readonly hint: string | undefined;

  constructor(wire: WireError) {
    super(wire.message);
    this.name = 'CallError';
    this.code = wire.code;
    this.hint = wire.hint;
  }
}

/** Typed calls, and news without gaps: where one is missing, everything is asked for anew. */
export class EngineClient {
  readonly #transport: Transport;
  readonly #listeners = new Set<(message: UpdateMessage) => void>();
  #nextSeq = 0;
  #isPaused = false;

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.onMessage((message) => this.#receive(message));
    transport.onConnection((connection) => {
      if (connection === 'open' && !this.#isPaused) transport.subscribe();
    });
  }

  /** @throws CallError with the engine's code, message and hint */
  async call<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
    const envelope = await this.#transport.call(method, input);
    if (!envelope.ok) throw new CallError(envelope.error);
    // The other side is typed by the same table.
    return envelope.value as MethodOutput<M>;
  }

  /** No news while nobody sees the page; afterwards they begin anew, with a snapshot. */
  setPaused(isPaused: boolean): void {
    if (isPaused === this.#isPaused) return;
    this.#isPaused = isPaused;
    if (isPaused) this.#transport.unsubscribe();
    else this.#transport.subscribe();
  }

  onUpdate(listener: (message: UpdateMessage) => void): void {
    this.#listeners.add(listener);
  }

  onConnection(listener: (connection: Connection) => void): void {
    this.#transport.onConnection(listener);
  }

  #receive(message: UpdateMessage): void {
    if (this.#isPaused) return;
    if (message.seq !== 0 && message.seq !== this.#nextSeq) {
      this.#nextSeq = 0;
      this.#transport.subscribe();
      return;
    }
    this.#nextSeq = message.seq + 1;
    for (const listener of this.#listeners) listener(message);
  }
}
