import { setTimeout as sleep } from 'node:timers/promises';
import { openSetting } from '../../invariants/setting.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { endViolations, momentViolations, readState } from '../faults/check.ts';
import type { CacheState } from '../faults/check.ts';
import { ReaderCheck, pythonViolations } from './check.ts';
import { CLEARED, ITEMS, KEPT, filesOf, workInALoop } from './larders.ts';
import { readByPython, readInALoop } from './readers.ts';

const LARDERS = 4;
const SMALL_MS = 16_000;
const FULL_MINUTES = 60;
/** Each on a cache of its own. */
const PORTION_MINUTES = 4;

async function workTogether({ seed, python }: Pick<CampaignContext, 'seed' | 'python'>, milliseconds: number): Promise<CampaignOutcome> {
  const violations = new Violations();
  const setting = await openSetting({ targetShape: [16, 16, 16], dataset: tinyDataset(ITEMS) });
  try {
    const config = ['--config', setting.project.configPath];
    await setting.run('generate', '--yes', ...config);
    const directory = setting.cacheDirectory();
    const look = (): CacheState => readState(directory);
    const before = look();
    if (before.entries.size !== ITEMS) throw new Error(`${before.entries.size} of ${ITEMS} entries were made to begin with.`);
    const check = new ReaderCheck(before.entries, new Set(filesOf(KEPT)));
    const stop = new AbortController();
    const reading = readInALoop(directory, check, stop.signal);
    const pythonReading = python === undefined ? Promise.resolve([]) : readByPython(python, directory, before.entries, filesOf(KEPT), setting.root, stop.signal);
    const working = Array.from({ length: LARDERS }, (_, n) => workInALoop(setting, createDraw(seed + n), stop.signal, (violation) => violations.add(violation)));
    await sleep(milliseconds);
    stop.abort();
    const counts = await Promise.all(working);
    await reading;
    violations.addAll(check.violations);
    const byPython = pythonViolations(await pythonReading);
    violations.addAll(byPython.violations);
    const mustBe = new Set(filesOf([...KEPT, ...CLEARED]));
    violations.addAll(momentViolations({ ...before, entries: new Map([...before.entries].filter(([file]) => mustBe.has(file))) }, look()));
    await setting.run('generate', '--yes', ...config);
    violations.addAll(endViolations({ ...look(), aside: [] }, before.entries));
    const commands = counts.flatMap((count) => [...count.values()]).reduce((sum, count) => sum + count, 0);
    const names = ['generate', 'verify', 'fix', 'clear', 'quarantine'].map((name) => `${name} ${counts.reduce((sum, count) => sum + (count.get(name) ?? 0), 0)}`);
    return {
      dose: `${counted(commands, 'command')} of ${LARDERS} Larders, ${counted(check.files, 'file')} read beside them${python === undefined ? '' : ` and ${byPython.files.toLocaleString('en-US')} by PyTorch`}`,
      violations: violations.all(),
      measured: [`Commands: ${names.join(', ')}.`, ...(python === undefined ? ['There was no interpreter with PyTorch to read beside them.'] : [])],
    };
  } finally {
    await setting.close();
  }
}

export const manyCampaign: Campaign = {
  name: 'many',
  title: 'Many at once',
  attempt: `${LARDERS} Larders that generate, verify, fix, clear, delete and restore at random on one cache with one catalog, while a reader and, where there is one, PyTorch read every entry over and over, and compare its bytes.`,
  promise: 'a reader never meets anything but whole entries with their own numbers; an entry nobody was told to remove is always there, one that was cleared is there or set aside; nothing sound is called damaged; every command ends well or says that the cache is in use; in the end one run makes it complete and leaves nothing over.',
  run: (context) => workTogether(context, SMALL_MS),
  parts: [
    {
      name: 'minutes, PyTorch comparing',
      unit: 'minutes',
      asked: FULL_MINUTES,
      portion: PORTION_MINUTES,
      run: async (context) => {
        const { violations, dose } = await workTogether(context, context.count * 60_000);
        return { done: context.count, violations, note: `In the last ${context.count} minutes: ${dose}.` };
      },
    },
  ],
};
