import { openSetting } from '../../invariants/setting.ts';
import type { Setting } from '../../invariants/setting.ts';
import { tinyDataset } from '../../invariants/tiny-dataset.ts';
import { faultOf } from '../answers.ts';
import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import { endViolations, readState } from '../faults/check.ts';
import type { CacheState } from '../faults/check.ts';
import { inProcess } from '../faults/kept-state.ts';
import type { InProcess } from '../faults/kept-state.ts';
import { historyViolations, isSameContent } from './check.ts';
import { ITEMS, drawStep, happen } from './steps.ts';

const SMALL = { histories: 3, steps: 12 } as const;
const FULL = 10_000;
const STEPS = 40;
/** Steps shown with a violation: what led to it. */
const SHOWN_STEPS = 8;

async function live(setting: Setting, here: InProcess, expected: ReadonlyMap<string, Buffer>, steps: number, draw: Draw, violations: Violations): Promise<void> {
  const directory = setting.cacheDirectory();
  const config = ['--config', setting.project.configPath];
  const look = (): CacheState => readState(directory);
  const told: string[] = [];
  const note = (violation: string): void => violations.add(`after ${told.slice(-SHOWN_STEPS).join('; ')}: ${violation}`);
  for (let n = 0; n < steps; n++) {
    const before = look();
    const step = drawStep(draw, before);
    if (step.type !== 'command') {
      told.push(happen(step, directory));
      continue;
    }
    told.push(step.words.join(' '));
    const result = await here.run(...step.words, ...config);
    const fault = faultOf(result);
    if (fault !== undefined) note(fault);
    for (const violation of historyViolations(step, before, look())) note(violation);
  }
  // Whatever happened, a repair and a run bring everything back.
  told.push('fix and generate');
  await here.run('fix', '--num-workers', '1', ...config);
  await here.run('generate', '--yes', '--num-workers', '1', ...config);
  const last = look();
  const entries = new Map([...last.entries].map(([file, bytes]) => [file, isSameContent(bytes, expected.get(file) ?? bytes) ? (expected.get(file) ?? bytes) : bytes]));
  for (const violation of endViolations({ ...last, entries, aside: [] }, expected)) note(violation);
}

interface HistoryDose {
  readonly histories: number;
  readonly steps: number;
}

async function liveHistories({ seed }: Pick<CampaignContext, 'seed'>, dose: HistoryDose): Promise<CampaignOutcome> {
  const violations = new Violations();
  const draw = createDraw(seed);
  for (let n = 0; n < dose.histories; n++) {
    const setting = await openSetting({ targetShape: [8, 8, 8], dataset: tinyDataset(ITEMS) });
    const here = inProcess(setting);
    try {
      await here.run('generate', '--yes', '--num-workers', '1', '--config', setting.project.configPath);
      const expected = readState(setting.cacheDirectory(), []).entries;
      if (expected.size !== ITEMS) throw new Error(`${expected.size} of ${ITEMS} entries were made to begin with.`);
      await live(setting, here, expected, dose.steps, draw, violations);
    } finally {
      here.close();
      await setting.close();
    }
  }
  return { dose: `${counted(dose.histories * dose.steps, 'step')} in ${counted(dose.histories, 'history', 'histories')}`, violations: violations.all(), measured: [] };
}

export const historiesCampaign: Campaign = {
  name: 'histories',
  title: 'Histories',
  attempt: 'random sequences of generate, verify, fix, clear with and without `--delete`, restore with and without `--replace`, purge, and behind its back damage of every sort and files that vanish.',
  promise: 'nothing is lost but what a command was asked to remove, damaged files included; undoing puts the very bytes back; no final name is half a file; in the end a repair and a run bring every entry back with the content of an undisturbed run (bytes added behind an archive are told as a warning and left: PyTorch reads it rightly).',
  run: (context) => liveHistories(context, SMALL),
  parts: [
    {
      name: 'steps',
      unit: `steps in histories of ${STEPS}`,
      asked: FULL,
      portion: STEPS * 2,
      run: async (context) => ({ done: context.count, violations: (await liveHistories(context, { histories: context.count / STEPS, steps: STEPS })).violations }),
    },
  ],
};
