import { join } from 'node:path';
import type { Browser } from 'playwright';
import { EMULATED_CARD, launchChromium } from '../../browser/find-chromium.ts';
import { StandinProcess } from '../../standin/process.ts';
import type { Host, HostOptions } from '../host.ts';
import { dropFiles } from './drop-files.ts';
import { until } from './until.ts';

/** With the card: a page that is loaded anew twenty times, a volume in it, takes a fifth of the time. */
let launched: Promise<Browser> | undefined;

export function sharedChromium(): Promise<Browser> {
  launched ??= launchChromium(EMULATED_CARD);
  return launched;
}

export async function closeChromium(): Promise<void> {
  await (await launched)?.close();
  launched = undefined;
}

/** The built app under the stand-in electron. */
export async function startStandin({ folder, environment, words = [] }: HostOptions): Promise<Host> {
  const options = { browser: await sharedChromium(), environment: { ...environment, LARDER_USER_DATA: join(folder, 'user') }, cwd: folder };
  const app = new StandinProcess({ ...options, words });
  await until('the app is ready', () => app.isReady || app.hasEnded);
  if (!app.isReady) throw new Error(`The app ended at once: ${app.said} ${JSON.stringify(app.notes)}`);
  await until('the window is there', () => app.pages.count > 0 && app.pages.current.page.url() !== 'about:blank');
  return {
    capabilities: { isDesktop: true, recordsSystem: true },
    pid: app.pid,
    get page() {
      return app.pages.current.page;
    },
    asked: (name) => app.notes.filter((note) => note.name === name).map((note) => note.args),
    async answerDialog(answer) {
      await until('a dialog is open', () => app.questions.length > 0);
      const question = app.questions.shift()!;
      question.answer(answer);
      return String(question.options['message'] ?? question.options['title']);
    },
    drop: (paths) => dropFiles(app.pages.current.cdp, paths),
    clickMenu: async (id) => void (await app.relay.call('menu.click', id)),
    moveWindow: async (x, y) => void (await app.relay.call('window.move', app.pages.current.id, x, y)),
    lookAway: async () => void (await app.relay.call('window.blur', app.pages.current.id)),
    async sleep() {
      for (const event of ['suspend', 'resume']) await app.relay.call('power', event);
    },
    async crashRenderer() {
      const { page } = app.pages.current;
      await app.pages.crash();
      await until('the window has a page again', () => app.pages.current.page !== page);
    },
    async startSecond(more) {
      const second = new StandinProcess({ ...options, words: more });
      const code = await second.ended();
      if (code !== 0) throw new Error(`The second instance ended with ${code}: ${second.said}`);
    },
    quit: () => void app.relay.call('app.quit').catch(() => undefined),
    ended: async () => void (await app.ended()),
    engineLog: () => app.said,
    said: () => [app.said, ...app.pages.complaints, ...app.pages.foreign].join('\n'),
    async close() {
      if (!app.hasEnded) app.kill('SIGKILL');
      await app.ended();
    },
  };
}
