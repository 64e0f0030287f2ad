import { describe, expect, it, vi } from 'vitest';
import type { Envelope, UpdateMessage } from '../../src-main/contract/methods.ts';
import type { Connection, Transport } from './engine-client.ts';
import { CallError, EngineClient } from './engine-client.ts';

function makeTransport(envelope: Envelope = { ok: true, value: [] }) {
  let tell: (message: UpdateMessage) => void = () => undefined;
  let change: (connection: Connection) => void = () => undefined;
  const transport = {
    call: vi.fn(async () => envelope),
    subscribe: vi.fn(),
    unsubscribe: vi.fn(),
    onMessage: (listener) => (tell = listener),
    onConnection: (listener) => (change = listener),
  } satisfies Transport;
  return { transport, connect: () => change('open'), send: (seq: number) => tell({ topic: 'update', seq, payload: { type: 'jobs', jobs: [] } }) };
}

describe('the client', () => {
  it('gives the value of a good answer and throws the error of another with code and hint', async () => {
    const good = makeTransport();
    expect(await new EngineClient(good.transport).call('jobs.list', {})).toEqual([]);
    expect(good.transport.call).toHaveBeenCalledWith('jobs.list', {});
    const bad = makeTransport({ ok: false, error: { code: 'CACHE_NOT_FOUND', message: 'No.', hint: 'Look.' } });
    const thrown = await new EngineClient(bad.transport).call('cache.stats', { cacheId: 1 }).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(CallError);
    expect(thrown).toMatchObject({ code: 'CACHE_NOT_FOUND', message: 'No.', hint: 'Look.' });
  });

  it('subscribes whenever the connection opens', () => {
    const { transport, connect } = makeTransport();
    const client = new EngineClient(transport);
    expect(client).toBeDefined();
    connect();
    connect();
    expect(transport.subscribe).toHaveBeenCalledTimes(2);
  });

  it('has no news while it is paused, not even of a new connection, and begins them anew afterwards', () => {
    const { transport, connect, send } = makeTransport();
    const seen: number[] = [];
    const client = new EngineClient(transport);
    client.onUpdate(({ seq }) => seen.push(seq));
    connect();
    send(0);
    client.setPaused(true);
    client.setPaused(true);
    expect(transport.unsubscribe).toHaveBeenCalledTimes(1);
    // Was on its way still.
    send(1);
    connect();
    expect(transport.subscribe).toHaveBeenCalledTimes(1);
    client.setPaused(false);
    expect(transport.subscribe).toHaveBeenCalledTimes(2);
    send(0);
    expect(seen).toEqual([0, 0]);
  });

  it('asks anew when a message is missing, and passes on what comes after that', () => {
    const { transport, send } = makeTransport();
    const seen: number[] = [];
    new EngineClient(transport).onUpdate(({ seq }) => seen.push(seq));
    for (const seq of [0, 1, 3]) send(seq);
    expect(seen).toEqual([0, 1]);
    expect(transport.subscribe).toHaveBeenCalledTimes(1);
    for (const seq of [0, 1]) send(seq);
    expect(seen).toEqual([0, 1, 0, 1]);
  });
});
