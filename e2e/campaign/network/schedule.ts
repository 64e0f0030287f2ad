import type { HubFault, StorageFault } from '../../hub/index.ts';
import { sampleBytes } from '../../hub/setting.ts';
import { createDraw } from '../draw.ts';
import type { Draw } from '../draw.ts';

/** What goes wrong with the requests for one file, one after the other; then all is well, or never. */
export interface Schedule {
  readonly hub: readonly (HubFault | undefined)[];
  readonly storage: readonly (StorageFault | undefined)[];
  readonly storageAfterwards: StorageFault | undefined;
  readonly linkSeconds: number;
}

const FAULTS_MAX = 6;

function drawHubFault(draw: Draw): HubFault {
  return draw.oneOf<() => HubFault>([
    () => ({ kind: 'status', status: 429, headers: { 'retry-after': '0' } }),
    () => ({ kind: 'status', status: draw.oneOf([500, 502, 503, 504]) }),
    () => ({ kind: 'status', status: draw.oneOf([408, 418, 401, 403, 404, 410, 451]) }),
    () => ({ kind: 'identity', sha256: 'a'.repeat(64) }),
    () => ({ kind: 'identity', commit: 'b'.repeat(40) }),
    () => ({ kind: 'identity', sizeBytes: draw.below(1_000_000) }),
    () => ({ kind: 'captive-portal', redirect: draw.chance(0.5) }),
    () => ({ kind: 'hop' }),
    () => ({ kind: 'hop-away' }),
    () => ({ kind: 'reset' }),
    () => ({ kind: 'hang' }),
  ])();
}

function drawStorageFault(draw: Draw, sizeBytes: number): StorageFault {
  const afterBytes = draw.below(sizeBytes);
  return draw.oneOf<() => StorageFault>([
    () => ({ kind: 'status', status: draw.oneOf([429, 500, 502, 503, 504]) }),
    () => ({ kind: 'status', status: draw.oneOf([400, 403, 404, 410, 416]) }),
    () => ({ kind: 'cut', afterBytes }),
    () => ({ kind: 'cut-whole', afterBytes }),
    () => ({ kind: 'reset', afterBytes }),
    () => ({ kind: 'stop', afterBytes }),
    () => ({ kind: 'drip', bytesPerSecond: 400 }),
    () => ({ kind: 'ignore-range' }),
    () => ({ kind: 'short', missingBytes: 1 + draw.below(1000) }),
    () => ({ kind: 'long', extraBytes: 1 + draw.below(1000), isAnnounced: draw.chance(0.5) }),
    () => ({ kind: 'unannounced-cut', afterBytes }),
    () => ({ kind: 'html' }),
    () => ({ kind: 'moved-away' }),
    () => ({ kind: 'wrong-bytes' }),
    () => ({ kind: 'shifted-range', byBytes: 1 + draw.below(100) }),
    () => ({ kind: 'encoded', encoding: draw.oneOf(['gzip', 'br']) }),
  ])();
}

/** Far apart, so that neighbouring numbers do not give neighbouring chances. */
const NUMBER_STEP = 7_919;

/** A file, and what goes wrong with it. */
export interface NumberedSchedule {
  readonly n: number;
  readonly content: Buffer;
  readonly schedule: Schedule;
}

/** Schedule number `n` of a seed: the same for whoever asks, in whatever portion. */
export function numberedSchedule(seed: number, n: number): NumberedSchedule {
  const draw = createDraw(seed + n * NUMBER_STEP);
  const content = sampleBytes(20_000 + draw.below(400_000), `network ${n}`);
  return { n, content, schedule: drawSchedule(draw, content.length) };
}

export function drawSchedule(draw: Draw, sizeBytes: number): Schedule {
  const some = <T>(make: () => T): (T | undefined)[] => Array.from({ length: draw.below(FAULTS_MAX) }, () => (draw.chance(0.75) ? make() : undefined));
  return {
    hub: some(() => drawHubFault(draw)),
    storage: some(() => drawStorageFault(draw, sizeBytes)),
    storageAfterwards: draw.chance(0.15) ? drawStorageFault(draw, sizeBytes) : undefined,
    // A link that has expired before it is used, in one of ten.
    linkSeconds: draw.chance(0.1) ? 0 : 3600,
  };
}

export function describeSchedule({ hub, storage, storageAfterwards, linkSeconds }: Schedule): string {
  const name = (fault: HubFault | StorageFault | undefined): string => (fault === undefined ? 'good' : fault.kind === 'status' ? String(fault.status) : fault.kind);
  return `hub ${hub.map(name).join(' ') || 'good'}; storage ${storage.map(name).join(' ') || 'good'}, then ${name(storageAfterwards)}${linkSeconds === 0 ? '; links expired' : ''}`;
}
