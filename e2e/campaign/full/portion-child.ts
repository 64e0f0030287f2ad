/** One portion in a process of its own: its order as JSON in the first argument; its outcome goes to the parent. */
import { CAMPAIGNS } from '../campaigns.ts';
import { exitTidily } from '../../invariants/tidy-exit.ts';
import type { PortionOutcome } from './part.ts';
import type { PortionOrder } from './run-portion.ts';

const { campaign, part, seed, printedSeed, from, count, python } = JSON.parse(process.argv[2]!) as PortionOrder;
exitTidily();
const found = CAMPAIGNS.find(({ name }) => name === campaign)?.parts.find(({ name }) => name === part);
if (found === undefined) process.exit(1);
const outcome: PortionOutcome = await found.run({ seed, printedSeed, from, count, python }).catch((error: unknown) => ({ done: count, violations: [error instanceof Error ? (error.stack ?? error.message) : String(error)] }));
process.send!(outcome, () => process.exit(0));
