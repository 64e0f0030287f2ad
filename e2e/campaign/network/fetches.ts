import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isLarderError } from '../../../src-main/base/index.ts';
import { IMPATIENT, TOKEN, createSetting, sha256Of } from '../../hub/setting.ts';
import type { LoggedRequest } from '../../hub/request-log.ts';
import type { Setting } from '../../hub/setting.ts';
import type { Fetched } from './check.ts';
import { describeSchedule } from './schedule.ts';
import type { NumberedSchedule, Schedule } from './schedule.ts';

const PATH = 'dataset/train/a_1.nii.gz';
/** A schedule without end would be a hang: nothing here may need as long. */
const GIVE_UP_MS = 70_000;
const LIMITED_MS = 20;

export function applySchedule({ double }: Pick<Setting, 'double'>, schedule: Schedule): void {
  double.failHub(PATH, { attempts: schedule.hub });
  double.failStorage(PATH, { attempts: schedule.storage, ...(schedule.storageAfterwards === undefined ? {} : { afterwards: schedule.storageAfterwards }) });
  double.setLinkSeconds(schedule.linkSeconds);
}

type Sent = Pick<LoggedRequest, 'listener' | 'path' | 'hasAuthorization' | 'head'>;

/** Requests that carried the token, in whatever form, to another host than the Hub. */
export function leaksOf(requests: readonly Sent[]): string[] {
  return requests.filter(({ listener, hasAuthorization, head }) => listener !== 'hub' && (hasAuthorization || head.includes(TOKEN))).map(({ listener, path }) => `${listener} ${path}`);
}

/** Requests to the Hub without it: a client that never sends its token leaks none. */
export function tokenlessOf(requests: readonly Sent[]): string[] {
  const toHub = requests.filter(({ listener }) => listener === 'hub');
  return toHub.length === 0 ? ['none was sent'] : toHub.filter(({ head }) => !head.includes(`Bearer ${TOKEN}`)).map(({ path }) => path);
}

/** What does not even end when it is given up would hold up the whole campaign. */
async function fetchOnce(setting: Setting): Promise<{ readonly sha256?: string; readonly failure?: string }> {
  const over = new AbortController();
  const hung = setTimeout(GIVE_UP_MS + 10_000, { failure: 'it has not ended, though it was given up' }, { signal: over.signal }).catch(() => ({}));
  return await Promise.race([fetchToTheEnd(setting), hung]).finally(() => over.abort());
}

async function fetchToTheEnd(setting: Setting): Promise<{ readonly sha256?: string; readonly failure?: string }> {
  try {
    const file = await setting.find(PATH);
    const fetched = await setting.source.fetch(file, { directory: setting.directory, signal: AbortSignal.timeout(GIVE_UP_MS) });
    return { sha256: await sha256Of(fetched.path) };
  } catch (error) {
    return { failure: isLarderError(error) ? error.code : error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** One download by Larder over one schedule, and one more when the network is sound again. */
export async function fetchBySchedule({ n, content, schedule }: NumberedSchedule): Promise<Fetched> {
  await using setting = await createSetting({ files: [{ path: PATH, content }], source: { timings: { ...IMPATIENT, rateLimitDefaultMs: LIMITED_MS } } });
  applySchedule(setting, schedule);
  const startedAt = performance.now();
  const { sha256, failure } = await fetchOnce(setting);
  const ms = performance.now() - startedAt;
  setting.double.clearFaults();
  setting.double.setLinkSeconds(3600);
  const { sha256: sha256Afterwards } = await fetchOnce(setting);
  const { requests } = setting.double;
  return { what: `schedule ${n} (${describeSchedule(schedule)})`, expectedSha256: createHash('sha256').update(content).digest('hex'), sha256, failure, ms, leaks: leaksOf(requests), tokenless: tokenlessOf(requests), away: requests.filter(({ listener }) => listener === 'elsewhere').length, sha256Afterwards };
}
