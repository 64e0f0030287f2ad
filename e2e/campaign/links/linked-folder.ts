import { lstatSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { faultOf } from '../answers.ts';
import { IMAGE_FORM, VOLUME_FORM } from '../faults/cache-form.ts';
import { readCache } from '../faults/check.ts';
import type { Field } from './field.ts';

/**
 * The folder of a cache may itself be a link: whoever names it means what it leads to. Such a cache is checked, changed,
 * emptied and made anew like any other, and the link stays one.
 *
 * @returns what was otherwise
 */
export async function linkedFolderViolations(field: Pick<Field, 'kind' | 'cache' | 'keys' | 'root' | 'reset' | 'run'>): Promise<string[]> {
  field.reset();
  const { cache, kind, keys, root } = field;
  const look = (): ReadonlyMap<string, Buffer> => readCache(cache, kind === 'volume' ? VOLUME_FORM : IMAGE_FORM).entries;
  const make = kind === 'volume' ? ['generate', '--yes', '--num-workers', '1'] : ['pregenerate', '--jobs', '1'];
  const before = look();
  const real = join(root, 'elsewhere');
  renameSync(cache, real);
  symlinkSync(real, cache);
  const violations: string[] = [];
  try {
    for (const words of [['verify', '--num-workers', '1'], ['clear', '--only', keys[0]!, '--yes'], ['quarantine', 'restore', '--all', '--yes'], ['fix', '--num-workers', '1'], ['clear', '--delete', '--yes'], make]) {
      const result = await field.run(...words);
      const fault = faultOf(result) ?? (result.code === 0 ? undefined : `exit ${result.code}: ${result.stderr.slice(-300)}`);
      if (fault !== undefined) violations.push(`${words.join(' ')}: ${fault}`);
      if (!lstatSync(cache).isSymbolicLink()) violations.push(`${words.join(' ')}: the link is gone`);
    }
    const after = look();
    violations.push(...[...before].filter(([file, bytes]) => after.get(file)?.equals(bytes) !== true).map(([file]) => `${file} is not as it was`));
  } finally {
    rmSync(cache, { recursive: true });
    renameSync(real, cache);
  }
  return violations.map((violation) => `${kind}, a cache whose folder is a link: ${violation}`);
}
