import { restFile } from '../page-files.ts';

/** What of a cache is not its items. */
export const FindingsTab = restFile.component((file) => file.FindingsTab);
export const ParametersTab = restFile.component((file) => file.ParametersTab);
export const StorageTab = restFile.component((file) => file.StorageTab);
export const HistoryTab = restFile.component((file) => file.HistoryTab);
