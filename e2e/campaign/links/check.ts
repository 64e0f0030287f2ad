import type { Result } from '../../invariants/setting.ts';
import { faultOf } from '../answers.ts';
import type { OutsideState } from './outside.ts';
import { SECRET, UNREAD_MS } from './outside.ts';

const ANSWER_MS = 10_000;
const EXITS: readonly (number | null)[] = [0, 1, 2, 3];

/** What happened outside that must not. @param readings taken before anything was looked at */
export function outsideViolations(before: OutsideState, readings: ReadonlyMap<string, number>, after: OutsideState): string[] {
  const changed = [...before].filter(([path, { content }]) => after.get(path)?.content !== content).map(([path]) => `${path || '.'} outside was ${after.has(path) ? 'changed' : 'removed'}`);
  const made = [...after.keys()].filter((path) => !before.has(path)).map((path) => `${path} was made outside`);
  const read = [...readings].filter(([path, at]) => before.has(path) && at !== UNREAD_MS).map(([path]) => `${path || '.'} outside was read`);
  return [...changed, ...made, ...read];
}

/** What is wrong with how a command ended that met a link. */
export function answerViolations(result: Result, ms: number): string[] {
  const fault = faultOf(result);
  if (fault !== undefined) return [fault];
  if ((result.stdout + result.stderr).includes(SECRET)) return ['it tells what lies outside'];
  if (!EXITS.includes(result.code)) return [`exit code ${result.code}`];
  return ms > ANSWER_MS ? [`it ended after ${(ms / 1000).toFixed(1)} s`] : [];
}

/** A check of the whole cache must name the link, by a finding or an error. */
export function namingViolations(result: Result, link: string): string[] {
  const lines = result.stdout.split('\n').filter((line) => line.includes('"findingFound"') || line.includes('"error"'));
  return lines.some((line) => line.includes(link)) ? [] : [`verify does not name ${link}: ${result.stdout.slice(-300)}${result.stderr.slice(-200)}`];
}

/** What is wrong with an answer of the browser door about an entry that is a link. */
export function servedViolations(what: string, status: number, body: string): string[] {
  if (body.includes(SECRET)) return [`${what} serves what lies outside`];
  return status < 300 ? [`${what} serves an entry that is a link`] : status >= 500 ? [`${what} is answered with ${status}: ${body.slice(0, 200)}`] : [];
}
