import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../app/hosts/until.ts';
import { closeChromium, hostName } from '../app/start-host.ts';
import type { Answers } from './run-app.ts';
import { answersOf, startApp } from './run-app.ts';

let folder: string;
let answers: Answers;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'larder-parity-'));
  const first = await startApp(folder);
  await until('the first one has the lock', () => first.said().includes('parity has the lock'));
  // It ends by itself, having told the first one.
  await (await startApp(folder)).ended();
  answers = await answersOf(first);
});
afterAll(async () => {
  await closeChromium();
  await rm(folder, { recursive: true, force: true });
});

const page = (): Readonly<Record<string, unknown>> => answers['page'] as Readonly<Record<string, unknown>>;

describe('what the stand-in takes for granted of Electron', () => {
  it('the order in which an app starts and ends', () => {
    // `quit` within `will-quit` has no effect; the windows close between the two.
    expect(answers['order']).toEqual(['ready', 'whenReady', 'before-quit', 'before-quit', 'closed', 'will-quit', 'quit']);
  });

  it('what must come before ready is refused after it', () => {
    expect(answers).toMatchObject({ lateSchemes: true, lateSandbox: true });
  });

  it('one instance has the lock, and is given what the other one was started with', () => {
    expect(answers).toMatchObject({ isFirst: true, second: { given: ['a', 1] } });
  });

  it('the words of errors, and that nothing but words crosses', () => {
    expect(answers['secondHandler']).toBe("Attempted to register a second handler for 'echo'");
    expect(page()['preload']).toMatchObject({
      missing: { message: "Error invoking remote method 'nobody': Error: No handler registered for 'nobody'", code: null },
      throws: { message: "Error invoking remote method 'throws': TypeError: no", code: null },
    });
    expect(page()['throws']).toEqual({ message: 'no', code: null });
  });

  it('what is copied on the way, and what cannot be', () => {
    expect(page()).toMatchObject({ isFrozen: true, isCopied: true, called: { a: [1] }, later: 'x', calledBack: { a: 1 } });
    expect(page()['preload']).toMatchObject({ echo: { a: [1, null, 'x'] }, clone: true });
  });

  it('a sandboxed preload has no Node, and the page has less', () => {
    expect(page()).toMatchObject({ hasNode: [], isSecure: true });
    expect(page()['preload']).toMatchObject({ modules: ['not there', 'not there', 'not there'] });
  });

  it('a scheme carries ranges both ways, and an abort to its stream', () => {
    expect(answers['dataRequest']).toEqual({ host: 'app', range: 'bytes=2-5', method: 'GET' });
    expect(page()['range']).toEqual({ status: 206, contentRange: 'bytes 2-5/10', text: '2345' });
    expect(answers['wasCancelled']).toBe(true);
  });

  it('who calls is known by its address, and pages stay where they are', () => {
    expect(answers['sender']).toEqual({ url: 'larder://app/', isTop: true });
    expect(answers['willNavigate']).toBe('https://elsewhere.example/');
    expect(page()['opened']).toBe('nothing');
  });

  it('a utility process: messages wait for it, its environment is ours alone, and our kill ends it with 0', () => {
    expect(answers['utility']).toEqual({ said: { data: { text: 'queued before it has started' }, environment: 'this', hasHome: false, hasSend: false }, code: 0 });
  });

  it.runIf(hostName === 'electron')('a file that is not on disk has no path', () => {
    // The stand-in gives the page a name instead, and '' to the main process.
    expect(page()['memoryFilePath']).toBe('');
  });
});
