import { usePathQuestion } from '../state/index.ts';
import { useDrop } from './drop/drop-state.ts';
import type { Route } from './navigation/route.ts';
import { cacheFile, restFile } from './page-files.ts';

/** Screens that are not the library, and dialogs of no screen. */
export const CacheView = cacheFile.component((file) => file.CacheView);
export const JobsView = restFile.component((file) => file.JobsView);
export const NewView = restFile.component((file) => file.NewView);
export const StorageView = restFile.component((file) => file.StorageView);
export const SettingsView = restFile.component((file) => file.SettingsView);
const DroppedDialog = restFile.component((file) => file.DroppedDialog);
const PathDialog = restFile.component((file) => file.PathDialog);

/** Begins to load the screen of the address, beside the connection that it waits for. */
export function loadScreenOf({ screen }: Route): void {
  if (screen === 'cache') void cacheFile.load();
  else if (screen !== 'library') void restFile.load();
}

/** What was dropped or named, while there is such a thing. */
export function DroppedPart() {
  const isThere = useDrop((state) => state.view !== null);
  return isThere && <DroppedDialog />;
}

/** A question for a path, while there is one. */
export function PathPart() {
  const isAsked = usePathQuestion((state) => state.question !== null);
  return isAsked && <PathDialog />;
}
