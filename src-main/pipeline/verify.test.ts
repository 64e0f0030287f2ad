import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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

it('does not call an entry damaged that somebody removed before its turn', async () => {
  const kind = getKind('volume');
  const findings: Finding[] = [];
  const outcomes: string[] = [];
  const outcomeOf = (file: string): VerifyOutcome => ({ file, isSound: false, findings: [{ code: 'unreadable', severity: 'error', file, message: 'cannot be read' }], sizeBytes: 5, modifiedNs: '0', digest: null, shape: null, dtype: null, statistics: null, sourcePath: null });
  const pool: VerifyDependencies['pool'] = {
    size: 1,
    run: async (_task, { onPartial }) => {
      await rm(join(layout.directory, LEFT), { force: true });
      for (const file of [LEFT, DAMAGED]) onPartial?.(outcomeOf(file));
    },
  };
  const recognised = (await kind.recognise(layout.directory, [LEFT]))!;
  const dependencies: VerifyDependencies = { kind, layout, recognised, pool, meter: new ProgressMeter(), gate: new PauseGate(), nameOf: () => null, verified: () => undefined, onFinding: (finding) => findings.push(finding), onOutcome: ({ file }) => outcomes.push(file) };
  const counts = await runVerify(undefined, dependencies, { level: 'deep', changedOnly: false }, new AbortController().signal);
  expect(new Set(outcomes)).toEqual(new Set([DAMAGED]));
  expect(findings.filter(({ code }) => code === 'unreadable').map(({ file }) => file)).not.toContain(LEFT);
  expect(counts).toMatchObject({ damaged: outcomes.length, sound: 0 });
});
