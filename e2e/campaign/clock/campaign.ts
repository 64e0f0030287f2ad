import { mkdirSync, rmSync } from 'node:fs';
import { entryFileOf } from '../../invariants/answers.ts';
import { openSetting } from '../../invariants/setting.ts';
import { tinyDataset, tinyName } from '../../invariants/tiny-dataset.ts';
import type { Campaign, CampaignContext, CampaignOutcome } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import { readState } from '../faults/check.ts';
import { inProcess } from '../faults/kept-state.ts';
import { tensorsOf } from './check.ts';
import { mountFolding } from './folding-disk.ts';
import { NAMES, oddDataset } from './names.ts';
import { liveRound } from './round.ts';

const SMALL_ROUNDS = 4;
const FULL_ROUNDS = 200;

/** Tensors of every volume, as made under a plain name. */
async function plainContents(): Promise<string[]> {
  const setting = await openSetting({ targetShape: [8, 8, 8], dataset: tinyDataset(NAMES.length) });
  const here = inProcess(setting);
  try {
    await here.run('generate', '--yes', '--num-workers', '1', '--config', setting.project.configPath);
    const { entries } = readState(setting.cacheDirectory(), []);
    return NAMES.map((_, n) => tensorsOf(entries.get(entryFileOf(tinyName(n)))!)!);
  } finally {
    here.close();
    await setting.close();
  }
}

async function liveRounds({ seed }: Pick<CampaignContext, 'seed'>, rounds: number): Promise<CampaignOutcome> {
  const draw = createDraw(seed);
  const violations = new Violations();
  const contents = await plainContents();
  const wanted = new Map(NAMES.map((name, n) => [entryFileOf(name), contents[n]!]));
  const nameOf = (file: string): string => NAMES.find((name) => entryFileOf(name) === file)!;
  const disk = mountFolding();
  let commands = 0;
  try {
    for (let n = 0; n < rounds; n++) {
      const place = disk.directory === undefined ? {} : { projectDirectory: disk.directory };
      const setting = await openSetting({ targetShape: [8, 8, 8], dataset: oddDataset(), ...place });
      try {
        const round = await liveRound({ setting, draw, wanted, nameOf, isFolding: disk.directory !== undefined });
        violations.addAll(round.violations.map((violation) => `round ${n}: ${violation}`));
        commands += round.commands;
      } finally {
        await setting.close();
        if (disk.directory !== undefined) {
          rmSync(disk.directory, { recursive: true });
          mkdirSync(disk.directory);
        }
      }
    }
  } finally {
    disk.unmount();
  }
  return { dose: `${counted(rounds, 'round')} of ${counted(commands, 'command')} in all over ${NAMES.length} names`, violations: violations.all(), measured: [disk.about] };
}

export const clockCampaign: Campaign = {
  name: 'clock',
  title: 'Clock and names',
  attempt: 'a clock that is a year ahead or behind from one command to the next; entries whose bytes are changed and whose size and time are given back; names in Khmer and emoji, composed and with combining characters, in three letter cases, of the longest form and of 260 characters, from the Hub and from raw files on a disk that takes such names for one.',
  promise: 'every change is found, also by `verify --changed`, and nothing is called damaged that is not; every item has its own content and no other\'s; what was cleared comes back byte for byte; nothing is lost; a name that no file system takes is told.',
  run: (context) => liveRounds(context, SMALL_ROUNDS),
  parts: [
    {
      name: 'rounds',
      unit: 'rounds',
      asked: FULL_ROUNDS,
      portion: 4,
      run: async (context) => {
        const { violations, measured } = await liveRounds(context, context.count);
        return { done: context.count, violations, note: measured.join(' ') };
      },
    },
  ],
};
