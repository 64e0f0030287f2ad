import { faultOf } from '../answers.ts';
import { entryFileOf } from '../../invariants/answers.ts';
import { tinyName } from '../../invariants/tiny-dataset.ts';
import { endViolations, momentViolations, readState } from './check.ts';
import { quarantined } from './scenario.ts';
import type { Stage } from './scenario.ts';

/** Downloads under way at once; a kill may cost those, and none that had arrived. */
const DOWNLOADS_AT_ONCE = 4;

export interface KillOutcome {
  /** False if the command had ended before. */
  readonly wasKilled: boolean;
  readonly violations: readonly string[];
}

/** Starts the command, kills all of it at that moment, and runs it once more. */
export async function killAtMoment(stage: Stage, moment: () => Promise<void>): Promise<KillOutcome> {
  const { setting, scenario, expected } = stage;
  const directory = setting.cacheDirectory();
  const look = (): ReturnType<typeof readState> => readState(directory, quarantined(directory));
  stage.reset();
  const before = look();
  setting.hub.clearRequests();
  const running = stage.start({});
  await moment();
  running.killTree();
  const { signal } = await running.ended;
  const violations = momentViolations(before, look());
  const again = await stage.start({}).ended;
  const fault = faultOf(again);
  if (fault !== undefined) violations.push(`the next run: ${fault}`);
  violations.push(...endViolations(look(), new Map(scenario.entriesAtEnd.map((n) => [entryFileOf(tinyName(n)), expected.get(entryFileOf(tinyName(n)))!]))));
  const sizes = setting.dataset.volumes.map(({ bytes }) => bytes.length);
  const allowed = sizes.reduce((sum, size) => sum + size, 0) + DOWNLOADS_AT_ONCE * Math.max(...sizes);
  if (setting.hub.storageBytes() > allowed) violations.push(`${setting.hub.storageBytes()} bytes were downloaded, ${allowed} at most were to be`);
  return { wasKilled: signal !== null, violations };
}
