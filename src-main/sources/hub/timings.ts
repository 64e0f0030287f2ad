/** Every waiting time and bound of the Hub client, in one place so that tests can shorten them. */
export interface HubTimings {
  readonly connectTimeoutMs: number;
  readonly headersTimeoutMs: number;
  /** A body that gives no byte for this long is given up and asked for again. */
  readonly stallTimeoutMs: number;
  /** Less than `slowBytesPerSecond` over this window counts as a stall. */
  readonly slowWindowMs: number;
  readonly slowBytesPerSecond: number;
  /** Tries in a row without 1 MiB of new bytes between them. */
  readonly tries: number;
  readonly firstBackoffMs: number;
  readonly maxBackoffMs: number;
  /** How often an unreachable Hub is asked again once the tries are used up. */
  readonly probeIntervalMs: number;
  /** A partial file is made durable after this many bytes, or this much time, whichever comes first. */
  readonly syncBytes: number;
  readonly syncIntervalMs: number;
  readonly heartbeatMs: number;
  /** A lock without a heartbeat for this long belongs to nobody. */
  readonly staleLockMs: number;
  /** Added to every rate-limit wait, the second one multiplied by a random number from 0 to 1. */
  readonly rateLimitMarginMs: number;
  readonly rateLimitJitterMs: number;
  /** Wait after a 429 that does not say how long. */
  readonly rateLimitDefaultMs: number;
  /** Throughput is judged, and the number of parallel downloads adapted, this often. */
  readonly adaptIntervalMs: number;
}

export const HUB_TIMINGS: HubTimings = {
  connectTimeoutMs: 10_000,
  headersTimeoutMs: 30_000,
  stallTimeoutMs: 30_000,
  slowWindowMs: 120_000,
  slowBytesPerSecond: 1000,
  tries: 8,
  firstBackoffMs: 1000,
  maxBackoffMs: 60_000,
  probeIntervalMs: 30_000,
  syncBytes: 16 << 20,
  syncIntervalMs: 5000,
  heartbeatMs: 30_000,
  staleLockMs: 120_000,
  rateLimitMarginMs: 1000,
  rateLimitJitterMs: 5000,
  rateLimitDefaultMs: 60_000,
  adaptIntervalMs: 5000,
};
