import type { WebSocket } from 'ws';
import type { MethodInput, MethodName, MethodOutput } from '../../../src-main/contract/methods.ts';
import type { ServedLarder } from '../../browser/serve.ts';
import { Attacker, call } from '../door/attacker.ts';
import type { Answer } from '../door/check.ts';

const LOOK_MS = 20;
const JOB_MS = 60_000;

/** What a page does, without one: it asks, follows jobs and fetches pictures. */
export class Page {
  readonly #served: ServedLarder;
  readonly #client: Attacker;
  #cookie = '';
  #socket: WebSocket | undefined;
  /** Far from every number that news hold: answers are told by it. */
  #id = 1_000_000_000;
  /** Answers that were faults. */
  readonly faults: string[] = [];

  constructor(served: ServedLarder) {
    this.#served = served;
    this.#client = new Attacker(served.port);
  }

  async enter(): Promise<void> {
    const { pathname, search } = new URL(this.#served.url);
    const answer = await this.#client.ask({ method: 'GET', path: `${pathname}${search}`, headers: { host: `127.0.0.1:${this.#served.port}` } });
    this.#cookie = answer?.cookie ?? '';
  }

  /** As when a tab is opened: a socket of its own, with news from then on. */
  async open(): Promise<void> {
    this.#socket = await this.#client.connect(this.#cookie, this.#served.origin);
    this.#socket.send(JSON.stringify({ type: 'subscribe' }));
  }

  async leave(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.close();
    await closed;
  }

  close(): void {
    this.#client.close();
  }

  async ask<M extends MethodName>(method: M, input: MethodInput<M>): Promise<MethodOutput<M>> {
    const id = ++this.#id;
    const text = await call(this.#socket!, JSON.stringify({ type: 'call', id, method, input }), id);
    const { envelope } = JSON.parse(text) as { readonly envelope: { readonly ok: true; readonly value: MethodOutput<M> } | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } } };
    if (envelope.ok) return envelope.value;
    this.faults.push(`${method}: ${envelope.error.code} ${envelope.error.message}`);
    throw new Error(this.faults.at(-1));
  }

  /** @returns undefined where such a request cannot be sent */
  async fetch(path: string): Promise<Answer | undefined> {
    return await this.#client.ask({ method: 'GET', path, headers: { host: `127.0.0.1:${this.#served.port}`, cookie: this.#cookie } });
  }

  async picture(path: string): Promise<void> {
    const answer = await this.fetch(path);
    if (answer?.status !== 200) this.faults.push(`${path}: ${answer?.status} ${answer?.body.slice(0, 200)}`);
  }

  /** Waits for the end of a job. */
  async follow({ jobId }: { readonly jobId: string }): Promise<void> {
    for (const endMs = Date.now() + JOB_MS; Date.now() < endMs; await new Promise((resolve) => setTimeout(resolve, LOOK_MS))) {
      const job = (await this.ask('jobs.list', {})).find(({ id }) => id === jobId);
      if (job?.state === 'succeeded' || job?.state === 'failed' || job?.state === 'cancelled' || job?.state === 'interrupted') {
        if (job.state !== 'succeeded') this.faults.push(`${job.command} ${job.state}: ${job.errorMessage}`);
        return;
      }
    }
    this.faults.push(`job ${jobId} did not end within ${JOB_MS / 1000} s`);
  }
}
