import { spawn } from 'node:child_process';

/** The system's own way to open a link, by platform. */
function opener(url: string): readonly [string, readonly string[]] {
  if (process.platform === 'darwin') return ['open', [url]];
  // `start` is a word of the shell and would read `&`; this one takes the link as it is.
  if (process.platform === 'win32') return ['rundll32', ['url.dll,FileProtocolHandler', url]];
  return ['xdg-open', [url]];
}

/** Opens the link in the user's browser. @returns false where there is none to open */
export function openBrowser(url: string): Promise<boolean> {
  const [command, args] = opener(url);
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'ignore', detached: true });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
    child.unref();
  });
}
