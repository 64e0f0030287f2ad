import { createHash } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { isLarderError } from '../../../src-main/base/index.ts';
import { IMPATIENT, createSetting, sampleBytes, sha256Of } from '../../hub/setting.ts';
import type { Setting } from '../../hub/setting.ts';
import type { Draw } from '../draw.ts';
import type { Fetched } from './check.ts';
import { describeSchedule, drawSchedule } from './schedule.ts';
import type { Schedule } from './schedule.ts';

const PATH = 'dataset/train/a_1.nii.gz';
/** A schedule without end would be a hang: nothing here may need as long. */
const GIVE_UP_MS = 70_000;
const LIMITED_MS = 20;

export function drawFile(draw: Draw, n: number): Buffer {
  return sampleBytes(20_000 + draw.below(400_000), `network ${n}`);
}

export function applySchedule({ double }: Pick<Setting, 'double'>, schedule: Schedule): void {
  double.failHub(PATH, { attempts: schedule.hub });
  double.failStorage(PATH, { attempts: schedule.storage, ...(schedule.storageAfterwards === undefined ? {} : { afterwards: schedule.storageAfterwards }) });
  double.setLinkSeconds(schedule.linkSeconds);
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
export async function fetchBySchedule(draw: Draw, n: number): Promise<Fetched> {
  const content = drawFile(draw, n);
  const schedule = drawSchedule(draw, content.length);
  await using setting = await createSetting({ files: [{ path: PATH, content }], source: { timings: { ...IMPATIENT, rateLimitDefaultMs: LIMITED_MS } } });
  applySchedule(setting, schedule);
  const startedAt = performance.now();
  const { sha256, failure } = await fetchOnce(setting);
  const ms = performance.now() - startedAt;
  setting.double.clearFaults();
  setting.double.setLinkSeconds(3600);
  const { sha256: sha256Afterwards } = await fetchOnce(setting);
  const leaks = setting.double.requests.filter((request) => request.listener === 'storage' && request.hasAuthorization).map(({ path }) => `storage ${path}`);
  return { what: `schedule ${n} (${describeSchedule(schedule)})`, expectedSha256: createHash('sha256').update(content).digest('hex'), sha256, failure, ms, leaks, sha256Afterwards };
}
