import type { ComponentType } from 'react';
import type { KindId } from '../../src-main/contract/entries.ts';
import { ImageConfigForm } from './image/ConfigForm.tsx';
import { ImageConfigSample } from './image/ConfigSample.tsx';

export interface ConfigSampleProps {
  /** Of a config without errors. */
  readonly configId: string;
}

const SAMPLES: Partial<Record<KindId, ComponentType<ConfigSampleProps>>> = { image: ImageConfigSample };

/** Shows what a config would make before it is made; undefined for kinds that cannot. */
export function configSampleFor(kind: KindId): ComponentType<ConfigSampleProps> | undefined {
  return SAMPLES[kind];
}

export interface ConfigFormProps {
  /** A whole config, as text. */
  readonly onConfig: (text: string) => void;
}

/** True where entries are made from raw files, with everything there is to choose about them. */
export function hasRawFiles(kind: KindId): boolean {
  return kind === 'volume';
}

/** Forms that write a config for those who have none, one for each kind that has so few words. */
export const CONFIG_FORMS: readonly { readonly kind: KindId; readonly Form: ComponentType<ConfigFormProps> }[] = [{ kind: 'image', Form: ImageConfigForm }];
