import { pathToFileURL } from 'node:url';
import type { RunningSample } from '../../../engine/index.ts';
import type { Command } from '../command.ts';

/** What the demo's own file exports; it is bundled beside the command line. */
interface DemoModule {
  startSample(directory: string): Promise<RunningSample>;
  runDemo(options: { readonly signal: AbortSignal; readonly say: (line: string) => void; readonly keep: boolean }): Promise<number>;
}

/** The sample dataset for a window; loaded on use. */
export function sampleStarter(entry: string): (directory: string) => Promise<RunningSample> {
  return async (directory) => await ((await import(pathToFileURL(entry).href)) as DemoModule).startSample(directory);
}

export function demoCommand(entry: string): Command {
  return {
    name: 'demo',
    summary: 'the main job from beginning to end on a small made-up dataset',
    usage: '[--keep]',
    about: 'Starts a small Hub on this machine with synthetic CT volumes and runs the real commands on it in a fresh folder: plan, generate, verify, planted faults, fix, map, stats. Needs no network and no account.',
    flags: [{ name: 'keep', help: 'keep the folder afterwards and say where it is' }],
    examples: [{ text: 'larder demo', does: 'takes under two minutes on two cores' }],
    async run({ flags, terminal, signal }) {
      const demo = (await import(pathToFileURL(entry).href)) as DemoModule;
      return await demo.runDemo({ signal, say: (line) => terminal.result(line), keep: flags.isSet('keep') });
    },
  };
}
