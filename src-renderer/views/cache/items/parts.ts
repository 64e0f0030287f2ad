import { restFile } from '../../page-files.ts';

/** What of the items is not their table. */
export const ItemsGallery = restFile.component((file) => file.ItemsGallery);
export const SortChoice = restFile.component((file) => file.SortChoice);
export const QuickLook = restFile.component((file) => file.QuickLook);
