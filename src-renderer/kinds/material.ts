import { create } from 'zustand';
import type { Material } from '../../src-main/contract/dropped.ts';

/** Folders that were dropped or named for the next config, by what they hold; paths of the machine Larder runs on. */
export const useMaterial = create<Partial<Record<Material, string>>>(() => ({}));

/** Puts a folder where a form that needs one finds it. */
export function offerMaterial(material: Material, path: string): void {
  useMaterial.setState({ [material]: path });
}
