import type { VerifyChoices } from '../../../src-main/contract/methods.ts';

export interface Depth {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly choices: Pick<VerifyChoices, 'level' | 'changedOnly'>;
  /** The same on the command line, with a space before each flag. */
  readonly flags: string;
}

/** How thoroughly entries are looked at; the first is what is done unless another is chosen. */
export const DEPTHS: readonly [Depth, ...Depth[]] = [
  { id: 'deep', title: 'Everything', about: 'Every byte and every number of every entry.', choices: { level: 'deep' }, flags: '' },
  { id: 'changed', title: 'What changed', about: 'Every byte of entries whose size or time is another than when they were last verified.', choices: { level: 'deep', changedOnly: true }, flags: ' --changed' },
  { id: 'quick', title: 'Structure only', about: 'Fast: finds cut and foreign files, not changed numbers.', choices: { level: 'quick' }, flags: ' --quick' },
];

export function depthOf(id: string): Depth {
  return DEPTHS.find((depth) => depth.id === id) ?? DEPTHS[0];
}
