import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Finding } from '../contract/findings.ts';
import { PauseGate, ProgressMeter } from '../jobs/index.ts';
import { getKind } from '../kinds/index.ts';
import type { VerifyOutcome } from '../kinds/index.ts';
import { cacheLayout } from '../store/index.ts';
import type { CacheLayout } from '../store/index.ts';
import { runVerify } from './verify.ts';
import type { VerifyDependencies } from './verify.ts';

const [LEFT, DAMAGED] = ['a', 'b'].map((letter) => `${letter.repeat(32)}.pt`) as [string, string];

let layout: CacheLayout;
beforeEach(async () => {
  layout = cacheLayout(await mkdtemp(join(tmpdir(), 'larder-verify-')));
  for (const file of [LEFT, DAMAGED]) await writeFile(join(layout.directory, file), 'bytes');
});
afterEach(() => rm(layout.directory, { recursive: true }));

/** Verifies both files; what the worker says of each is that it cannot be read, after `before` has happened. */
async function verifyUnreadable(before: () => Promise<void>) {
  const kind = getKind('volume');
  const findings: Finding[] = [];
  const outcomes: string[] = [];
  const outcomeOf = (file: string): VerifyOutcome => ({ file, isSound: false, findings: [{ code: 'unreadable', severity: 'error', file, message: 'cannot be read' }], sizeBytes: 5, modifiedNs: '0', digest: null, shape: null, dtype: null, statistics: null, sourcePath: null });
  // Each file may be a batch of its own, and two batches under way at once.
  let happened: Promise<void> | undefined;
  const pool: VerifyDependencies['pool'] = {
    size: 1,
    run: async (_task, { onPartial }) => {
      await (happened ??= before());
      for (const file of [LEFT, DAMAGED]) onPartial?.(outcomeOf(file));
    },
  };
  const recognised = (await kind.recognise(layout.directory, [LEFT]))!;
  const dependencies: VerifyDependencies = { kind, layout, recognised, pool, meter: new ProgressMeter(), gate: new PauseGate(), nameOf: () => null, verified: () => undefined, onFinding: (finding) => findings.push(finding), onOutcome: ({ file }) => outcomes.push(file) };
  const counts = await runVerify(undefined, dependencies, { level: 'deep', changedOnly: false }, new AbortController().signal);
  return { outcomes, counts, unreadable: findings.filter(({ code }) => code === 'unreadable').map(({ file }) => file) };
}

it('does not call an entry damaged that somebody removed before its turn', async () => {
  const { outcomes, counts, unreadable } = await verifyUnreadable(() => rm(join(layout.directory, LEFT), { force: true }));
  expect(new Set(outcomes)).toEqual(new Set([DAMAGED]));
  expect(unreadable).not.toContain(LEFT);
  expect(counts).toMatchObject({ damaged: outcomes.length, sound: 0 });
});

it('keeps what was found about an entry that cannot even be looked at', async () => {
  // A link to itself: stat ends with ELOOP, as it ends with EIO on a disk that fails.
  const { outcomes, unreadable } = await verifyUnreadable(async () => {
    const path = join(layout.directory, LEFT);
    await rm(path, { force: true });
    await symlink(path, path);
  });
  expect(new Set(outcomes)).toEqual(new Set([LEFT, DAMAGED]));
  expect(new Set(unreadable)).toEqual(new Set([LEFT, DAMAGED]));
});
