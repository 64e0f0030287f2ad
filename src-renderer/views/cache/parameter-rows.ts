import type { CacheParameters } from '../../../src-main/contract/commands.ts';

export interface ParameterRow {
  readonly name: string;
  readonly config: string | undefined;
  readonly folder: string | undefined;
  /** Both are known and say different things. */
  readonly differs: boolean;
}

/** Config, as it is now, and folder side by side, in the order of the config. */
export function parameterRows({ config: current, formerConfig, folder }: Pick<CacheParameters, 'config' | 'formerConfig' | 'folder'>): ParameterRow[] {
  const config = current ?? formerConfig?.parameters ?? null;
  const byConfig = new Map(config?.map(({ name, value }) => [name, value]));
  const byFolder = new Map(folder.map(({ name, value }) => [name, value]));
  const isComparable = config !== null && folder.length > 0;
  return Array.from(new Set([...byConfig.keys(), ...byFolder.keys()]), (name) => {
    const [left, right] = [byConfig.get(name), byFolder.get(name)];
    return { name, config: left, folder: right, differs: isComparable && left !== right };
  });
}
