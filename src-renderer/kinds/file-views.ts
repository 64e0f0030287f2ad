import { VolumeFileView } from './volume/FileView.tsx';

export type { FileViewProps } from './file-view-props.ts';

/** Shows a single file of no cache. Raw files and entries that stand alone are volumes; an image needs the rest of its cache. */
export const FileView = VolumeFileView;
