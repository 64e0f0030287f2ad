import { readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type Electron from 'electron';
import type { Choice, OpenedPath } from '../../contract/desktop.ts';
import type { DesktopParts } from './electron-parts.ts';
import { lookAt } from './open-paths.ts';

const ALL_FILES = { name: 'All files', extensions: ['*'] };

/** Files and folders are asked for apart: on Windows and Linux a dialog for both shows only folders. */
const OPTIONS: Readonly<Record<Choice, Electron.OpenDialogOptions>> = {
  config: { title: 'Open a config', properties: ['openFile'], filters: [{ name: 'Configs', extensions: ['yaml', 'yml'] }] },
  cache: { title: 'Open a cache folder', properties: ['openDirectory'] },
  folder: { title: 'Choose a folder', properties: ['openDirectory', 'createDirectory'] },
  file: { title: 'Choose a file to look at', properties: ['openFile'], filters: [{ name: 'Configs, lists, entries, NIfTI', extensions: ['yaml', 'yml', 'csv', 'pt', 'nii', 'gz'] }, ALL_FILES] },
  certificates: { title: 'Choose a CA file', properties: ['openFile'], filters: [{ name: 'Certificates', extensions: ['pem', 'crt', 'cer'] }, ALL_FILES] },
};

/**
 * Asks for a file or a folder, beginning where the last one was; the system would begin in Downloads.
 *
 * @param memoryPath where the last folder is remembered
 * @returns null if the dialog was closed without a choice
 */
export async function choosePath(dialog: DesktopParts['dialog'], window: Electron.BrowserWindow, choice: Choice, memoryPath: string): Promise<OpenedPath | null> {
  const last = lastFolder(memoryPath);
  const { canceled, filePaths } = await dialog.showOpenDialog(window, { ...OPTIONS[choice], ...(last === undefined ? {} : { defaultPath: last }) });
  const [path] = filePaths;
  if (canceled || path === undefined) return null;
  try {
    writeFileSync(memoryPath, OPTIONS[choice].properties?.includes('openDirectory') === true ? path : dirname(path));
  } catch {
    // Only a convenience; the next dialog begins elsewhere.
  }
  return await lookAt(path);
}

function lastFolder(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
