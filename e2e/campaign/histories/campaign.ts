import { faultOf } from '../answers.ts';
import type { Campaign } from '../campaign.ts';
import { Violations, counted } from '../campaign.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';
import { IMAGE_FORM, VOLUME_FORM } from '../faults/cache-form.ts';
import type { CacheForm } from '../faults/cache-form.ts';
import { indexViolations } from '../faults/index-check.ts';
import type { Part } from '../full/part.ts';
import { endOfHistory, historyViolations } from './check.ts';
import { imagesProblem, openImages } from './image-world.ts';
import { drawCommand, meddle } from './steps.ts';
import type { CommandStep, World } from './steps.ts';
import { openVolumes } from './volume-world.ts';

const SMALL = { volumes: 3, images: 2, steps: 14 } as const;
const FULL = 10_000;
const STEPS = 40;
/** Steps shown with a violation: what led to it. */
const SHOWN_STEPS = 10;

/** A kind of cache in which histories are lived. */
interface Scene {
  readonly form: CacheForm;
  readonly make: readonly string[];
  problem?(): string | undefined;
  open(): Promise<World>;
}

const VOLUMES: Scene = { form: VOLUME_FORM, make: ['generate', '--yes', '--num-workers', '1'], open: openVolumes };
const IMAGES: Scene = { form: IMAGE_FORM, make: ['pregenerate', '--jobs', '1'], problem: imagesProblem, open: openImages };

async function live(scene: Scene, world: World, steps: number, draw: Draw, violations: Violations): Promise<void> {
  const told: string[] = [];
  const note = (violation: string): void => violations.add(`after ${told.slice(-SHOWN_STEPS).join('; ')}: ${violation}`);
  const obey = async (step: CommandStep): Promise<void> => {
    const before = world.look();
    told.push(step.words.join(' '));
    const result = await world.run(step.words);
    const fault = faultOf(result);
    if (fault !== undefined) note(fault);
    for (const violation of historyViolations({ ...world, form: scene.form }, step, before, world.look())) note(violation);
  };
  for (let n = 0; n < steps; n++) {
    const state = world.look();
    if (draw.chance(0.6)) await obey(drawCommand(draw, world, state));
    else if (draw.chance(0.5)) told.push(await world.happen(draw));
    else told.push(meddle(draw, world, state) ?? 'nothing');
  }
  // Whatever happened, a repair and a run bring back what can be made; and everything, once its sources are back.
  for (const isMended of [false, true]) {
    if (isMended) {
      await world.mend();
      told.push('everything is listed and has its source');
    }
    await obey({ words: ['fix', '--num-workers', '1'], asks: { type: 'nothing' } });
    await obey({ words: scene.make, asks: { type: 'nothing' } });
    for (const violation of endOfHistory(world, world.look())) note(violation);
  }
  if (scene.form.index !== undefined) for (const violation of indexViolations(world.look(), true, true)) note(violation);
}

async function liveHistories(scene: Scene, histories: number, steps: number, draw: Draw): Promise<Violations> {
  const violations = new Violations();
  for (let n = 0; n < histories; n++) {
    const world = await scene.open();
    try {
      await live(scene, world, steps, draw, violations);
    } finally {
      await world.close();
    }
  }
  return violations;
}

function stepsPart(name: string, scene: Scene): Part {
  return {
    name,
    unit: `steps in histories of ${STEPS}, ${name}`,
    asked: FULL,
    portion: STEPS * 2,
    problem: () => scene.problem?.(),
    run: async ({ seed, count }) => ({ done: count, violations: (await liveHistories(scene, count / STEPS, STEPS, createDraw(seed))).all() }),
  };
}

export const historiesCampaign: Campaign = {
  name: 'histories',
  title: 'Histories',
  attempt: 'random sequences of generate or pregenerate, with and without `--clean-local-raw-files`, verify, fix with and without `--delete`, clear by name, by age, of foreign and of damaged entries, with and without `--delete`, restore with and without `--replace`, and purge, over volumes and over images; behind its back damage of every sort, files that vanish or become old, names that leave the lists and come back, files that leave the Hub, raw files that come and go, lines that leave the corpus, and the font.',
  promise: 'nothing is lost but what a command was asked to remove, damaged files included; whatever is sound stays in its place unless a command was asked for it, also where no list has it and nothing is there to make it of; the user\'s own files are as they were, and a raw file goes only where that was asked for and its entry is sound; undoing puts the very bytes back; no final name is half a file; in the end a repair and a run bring back what can be made, and every entry once its source is back, with the content of an undisturbed run (bytes added behind an archive are told as a warning and left: PyTorch reads it rightly), and an index lists what is there.',
  async run({ seed }) {
    const draw = createDraw(seed);
    const problem = imagesProblem();
    const violations = await liveHistories(VOLUMES, SMALL.volumes, SMALL.steps, draw);
    if (problem === undefined) violations.addAll((await liveHistories(IMAGES, SMALL.images, SMALL.steps, draw)).all());
    const images = problem === undefined ? SMALL.images : 0;
    return {
      dose: `${counted((SMALL.volumes + images) * SMALL.steps, 'step')} in ${counted(SMALL.volumes, 'history', 'histories')} of volumes and ${images} of images`,
      violations: violations.all(),
      measured: problem === undefined ? [] : [`Nothing was tried on images: ${problem}.`],
    };
  },
  parts: [stepsPart('of volumes', VOLUMES), stepsPart('of images', IMAGES)],
};
