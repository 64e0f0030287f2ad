import type { ComponentType } from 'react';
import type { KindId } from '../../src-main/contract/entries.ts';
import type { InspectorProps } from './inspector-props.ts';
import { VolumeInspector } from './volume/Inspector.tsx';

export type { InspectorProps } from './inspector-props.ts';

const INSPECTORS: Partial<Record<KindId, ComponentType<InspectorProps>>> = { volume: VolumeInspector };

/** The screen part that shows one entry of a kind; undefined for kinds this page cannot draw. */
export function inspectorFor(kind: KindId): ComponentType<InspectorProps> | undefined {
  return INSPECTORS[kind];
}

/** Address of the small picture of an entry; it may answer 404 or 422 where there is nothing to draw. */
export function thumbnailUrl(cacheId: number, key: string): string {
  return `/_data/thumb/${cacheId}-${key}.png`;
}
