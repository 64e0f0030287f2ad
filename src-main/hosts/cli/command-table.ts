import type { Command } from './command.ts';
import { demoCommand } from './commands/demo.ts';
import { forgetCommand } from './commands/forget.ts';
import { generateCommand, planCommand } from './commands/generate.ts';
import { jobsCommand } from './commands/jobs.ts';
import { exportCommand, lsCommand, mapCommand, showCommand, statsCommand } from './commands/look.ts';
import { pregenerateCommand } from './commands/pregenerate.ts';
import { clearCommand, quarantineCommand } from './commands/remove.ts';
import { sampleCommand } from './commands/sample.ts';
import { serveCommand } from './commands/serve.ts';
import { settingsCommand } from './commands/settings.ts';
import { fixCommand, verifyCommand } from './commands/verify.ts';

export interface CommandLineOptions {
  readonly version: string;
  readonly workerEntry: string;
  readonly readerEntry: string;
  readonly starterEntry: string;
  readonly demoEntry: string;
}

/** Every command, in the order of the help; docs/commands.md is written from it. */
export function commandTable(options: CommandLineOptions): readonly Command[] {
  return [planCommand, generateCommand, pregenerateCommand, verifyCommand, fixCommand, mapCommand, showCommand, lsCommand, statsCommand, exportCommand, clearCommand, quarantineCommand, forgetCommand, jobsCommand, settingsCommand, serveCommand(options), demoCommand(options.demoEntry), sampleCommand];
}
