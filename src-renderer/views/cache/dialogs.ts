import { restFile } from '../page-files.ts';

/** Dialogs about a cache; each is opened from several places. */
export const GenerateDialog = restFile.component((file) => file.GenerateDialog);
export const VerifyDialog = restFile.component((file) => file.VerifyDialog);
export const FixDialog = restFile.component((file) => file.FixDialog);
export const ExportDialog = restFile.component((file) => file.ExportDialog);
export const ClearDialog = restFile.component((file) => file.ClearDialog);
export const ClearEntriesDialog = restFile.component((file) => file.ClearEntriesDialog);
