import type { ComponentType } from 'react';
import type { KindId } from '../../src-main/contract/entries.ts';
import { pageFile } from '../lib/on-demand.tsx';
import { STORED_PICTURES } from './StoredPicture.tsx';
import { LineName } from './image/LineName.tsx';
import { LINE_PICTURES } from './image/LinePictures.tsx';
import type { InspectorProps } from './inspector-props.ts';
import type { KindPictures } from './picture-props.ts';
import type { RowForm } from './row-form.ts';

export type { InspectorProps } from './inspector-props.ts';
export type { KindPictures } from './picture-props.ts';
export type { RowForm, RowNameProps } from './row-form.ts';

/** Nothing that shows an entry is part of the first look at a library or a list. */
const inspectorsFile = pageFile(() => import('./inspectors.ts'));

const INSPECTORS: Partial<Record<KindId, ComponentType<InspectorProps>>> = {
  volume: inspectorsFile.component((file) => file.VolumeInspector),
  image: inspectorsFile.component((file) => file.ImageInspector),
};

/** The screen part that shows one entry of a kind; undefined for kinds this page cannot draw. */
export function inspectorFor(kind: KindId): ComponentType<InspectorProps> | undefined {
  return INSPECTORS[kind];
}

const PREPARATIONS: Partial<Record<KindId, () => Promise<void>>> = { volume: async () => (await import('./inspectors.ts')).prepareScene() };

/** Has ready what the inspector of a kind needs, before the first entry is looked at. */
export function prepareInspector(kind: KindId): void {
  // What cannot be had now is asked for, and told, when an entry is opened.
  PREPARATIONS[kind]?.().catch(() => undefined);
}

const ROW_FORMS: Partial<Record<KindId, RowForm>> = {
  image: { title: 'Line', rowHeight: 76, searchHint: 'Part of a line, or the start of a hash', Name: LineName },
};

/** How the items of a kind look in the list; undefined: by name. */
export function rowFormFor(kind: KindId): RowForm | undefined {
  return ROW_FORMS[kind];
}

const MADE_WITH: Partial<Record<KindId, string>> = { image: 'What each line was drawn with (text, font, height) stands in its own metadata.' };

/** Where a kind writes down what its entries were made with, where that is not a file for all of them. */
export function madeWithWords(kind: KindId): string | undefined {
  return MADE_WITH[kind];
}

const PICTURES: Partial<Record<KindId, KindPictures>> = { image: LINE_PICTURES };

/** How entries of a kind look in the gallery and at a quick look, and beside their names. */
export function picturesFor(kind: KindId): KindPictures {
  return PICTURES[kind] ?? STORED_PICTURES;
}
