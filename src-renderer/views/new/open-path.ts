import type { OpenedPath } from '../../../src-main/contract/desktop.ts';
import { navigate } from '../navigation/use-route.ts';
import { loadPath, openFolder, useNew } from './new-state.ts';

/** Goes on with a file or folder of this machine: a config is read, a cache opened, the rest explained. */
export async function openPath({ path, name, kind }: OpenedPath): Promise<void> {
  if (kind === 'file' && /\.ya?ml$/i.test(name)) {
    navigate({ screen: 'new' });
    await loadPath(path);
    return;
  }
  const isEntry = kind === 'file' && /\.pt$/i.test(name);
  if (kind === 'folder' || isEntry) {
    await openFolder(isEntry ? folderOf(path) : path);
    // What kept it from opening is shown where folders are named.
    if (useNew.getState().problem !== null) navigate({ screen: 'new' });
    return;
  }
  useNew.setState({ dropped: { name, isFolder: false, folder: folderOf(path) } });
  navigate({ screen: 'new' });
}

function folderOf(path: string): string {
  return path.replace(/[/\\][^/\\]*$/, '');
}
