// A small app that asks Electron, or its stand-in, how it behaves, and prints the answers. Plain
// JavaScript: it runs in either as it is.
import { BrowserWindow, app, ipcMain, protocol, utilityProcess } from 'electron/main';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;
const answers = {};
const order = [];
/** What a call throws, in words; null if it does not. */
const thrownBy = (call) => {
  try {
    call();
    return null;
  } catch (error) {
    return error.message;
  }
};

app.setPath('userData', process.env.LARDER_USER_DATA);
app.enableSandbox();
const SCHEMES = [{ scheme: 'larder', privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true } }];
protocol.registerSchemesAsPrivileged(SCHEMES);
answers.isFirst = app.requestSingleInstanceLock({ given: ['a', 1] });
const second = new Promise((resolve) => app.on('second-instance', (_event, _argv, _cwd, data) => resolve(data)));
if (answers.isFirst) process.stdout.write('parity has the lock\n');
else app.quit();
app.on('ready', () => order.push('ready'));
let quits = 0;
app.on('before-quit', (event) => {
  order.push('before-quit');
  if (quits++ === 0) event.preventDefault();
});
app.on('window-all-closed', () => order.push('window-all-closed'));
app.on('will-quit', () => {
  order.push('will-quit');
  app.quit();
});
app.on('quit', () => {
  if (!answers.isFirst) return;
  order.push('quit');
  process.stdout.write(`parity: ${JSON.stringify({ ...answers, order })}\n`);
});

/** A file of ten bytes, with ranges; the page's own files beside it. */
function serve(request) {
  const { pathname, host } = new URL(request.url);
  if (pathname === '/data') {
    answers.dataRequest = { host, range: request.headers.get('range'), method: request.method };
    return new Response('2345', { status: 206, headers: { 'content-range': 'bytes 2-5/10', 'content-type': 'application/octet-stream' } });
  }
  if (pathname === '/endless') return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)), cancel: () => void (answers.wasCancelled = true) }));
  const [file, type] = pathname === '/page.js' ? ['page.js', 'text/javascript'] : ['page.html', 'text/html; charset=utf-8'];
  return new Response(readFileSync(join(here, file)), { headers: { 'content-type': type, 'content-security-policy': "default-src 'none'; script-src 'self'; connect-src 'self'" } });
}

/** A utility process that says one thing, and is then ended by us. */
function askUtility() {
  return new Promise((resolve) => {
    const child = utilityProcess.fork(join(here, 'utility.mjs'), [], { serviceName: 'parity', execArgv: [], env: { ONLY: 'this' }, stdio: 'pipe' });
    let said;
    child.on('message', (message) => {
      said = message;
      child.kill();
    });
    child.once('exit', (code) => resolve({ said, code }));
    child.postMessage({ text: 'queued before it has started' });
  });
}

app.whenReady().then(async () => {
  if (!answers.isFirst) return;
  order.push('whenReady');
  answers.lateSchemes = thrownBy(() => protocol.registerSchemesAsPrivileged(SCHEMES)) !== null;
  answers.lateSandbox = thrownBy(() => app.enableSandbox()) !== null;
  protocol.handle('larder', serve);
  ipcMain.handle('echo', (_event, value) => value);
  ipcMain.handle('throws', () => {
    throw Object.assign(new TypeError('no'), { code: 'LOST' });
  });
  answers.secondHandler = thrownBy(() => ipcMain.handle('echo', () => null));
  answers.utility = await askUtility();
  const window = new BrowserWindow({ width: 800, height: 600, show: false, webPreferences: { preload: join(here, 'preload.cjs'), sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false, webSecurity: true } });
  window.on('closed', () => order.push('closed'));
  window.webContents.setWindowOpenHandler(() => ({ action: 'deny' }));
  window.webContents.on('will-navigate', (details) => {
    answers.willNavigate = details.url;
    details.preventDefault();
  });
  ipcMain.handle('done', async (event, page) => {
    Object.assign(answers, { page, sender: { url: event.senderFrame.url, isTop: event.senderFrame.parent === null } });
    answers.second = await second;
    setTimeout(() => {
      app.quit();
      setImmediate(() => app.quit());
    }, 300);
  });
  await window.loadURL('larder://app/');
});
