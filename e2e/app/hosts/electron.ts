import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { _electron } from 'playwright';
import type { ElectronApplication } from 'playwright';
import { findElectron } from '../../../bin/electron-binary.mjs';
import { ROOT } from '../../browser/ensure-built.ts';
import type { Host, HostOptions } from '../host.ts';
import { dropFiles } from './drop-files.ts';
import { until } from './until.ts';

/** @returns why the real Electron cannot be run here; undefined if it can */
export function electronAbsence(): string | undefined {
  if (process.platform === 'linux' && !process.env['DISPLAY'] && !process.env['WAYLAND_DISPLAY']) return 'there is no screen (try xvfb-run)';
  return electronPath() === undefined ? "Electron's binary is not here" : undefined;
}

function electronPath(): string | undefined {
  return findElectron(join(ROOT, 'node_modules/electron'), process.env);
}

/** Containers run as root, and Chromium's sandbox does not. */
const FLAGS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

function environmentOf({ environment, folder }: HostOptions): Record<string, string> {
  const own = Object.entries({ ...environment, LARDER_USER_DATA: join(folder, 'user') });
  return Object.fromEntries(own.filter((pair): pair is [string, string] => pair[1] !== undefined && pair[0] !== 'ELECTRON_RUN_AS_NODE'));
}

/** Dialogs open for good there; the test answers them from within the main process. */
async function queueDialogs(app: ElectronApplication): Promise<void> {
  await app.evaluate(({ dialog }) => {
    const waiting: { readonly text: string; readonly answer: (value: unknown) => void }[] = [];
    const ask = (...args: readonly unknown[]) =>
      new Promise((answer) => {
        const options = args.at(-1) as { readonly message?: string; readonly title?: string };
        waiting.push({ text: options.message ?? options.title ?? '', answer });
      });
    Object.assign(dialog, { showMessageBox: ask, showOpenDialog: ask });
    Object.assign(globalThis, { larderQuestions: waiting });
  });
}

/** The real Electron, as a person starts it from the sources. */
export async function startElectron(options: HostOptions): Promise<Host> {
  const env = environmentOf(options);
  const app = await _electron.launch({ args: [...FLAGS, ROOT, ...(options.words ?? [])], cwd: options.folder, env });
  let said = '';
  app.process().stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  await queueDialogs(app);
  const page = await app.firstWindow();
  page.setDefaultTimeout(30_000);
  const exit = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
  return {
    capabilities: { isDesktop: true, recordsSystem: false },
    pid: app.process().pid!,
    get page() {
      return app.windows().at(-1) ?? page;
    },
    asked: () => [],
    async answerDialog(answer) {
      let text: string | undefined;
      await until('a dialog is open', async () => {
        text = await app.evaluate((_electron, value) => {
          const { larderQuestions } = globalThis as typeof globalThis & { larderQuestions: { readonly text: string; readonly answer: (value: unknown) => void }[] };
          const question = larderQuestions.shift();
          question?.answer(value);
          return question?.text;
        }, answer);
        return text !== undefined;
      });
      return text!;
    },
    drop: async (paths) => dropFiles(await app.context().newCDPSession(page), paths),
    clickMenu: (id) => app.evaluate(({ Menu }, wanted) => Menu.getApplicationMenu()?.getMenuItemById(wanted)?.click(), id),
    moveWindow: (x, y) => app.evaluate(({ BrowserWindow }, to) => BrowserWindow.getAllWindows()[0]?.setPosition(to.x, to.y), { x, y }),
    lookAway: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.blur()),
    sleep: () => app.evaluate(({ powerMonitor }) => ['suspend', 'resume'].forEach((event) => (powerMonitor as unknown as NodeJS.EventEmitter).emit(event))),
    crashRenderer: () => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.webContents.forcefullyCrashRenderer()),
    async startSecond(words) {
      const second = spawn(electronPath()!, [...FLAGS, ROOT, ...words], { env, cwd: options.folder, stdio: 'ignore' });
      await new Promise((resolve) => second.once('exit', resolve));
    },
    // The connection ends with the app, in the middle of the call.
    quit: () => void app.evaluate(({ app: running }) => running.quit()).catch(() => undefined),
    ended: () => exit,
    engineLog: () => said,
    said: () => said,
    async close() {
      if (app.process().exitCode === null) app.process().kill('SIGKILL');
      await exit;
    },
  };
}
