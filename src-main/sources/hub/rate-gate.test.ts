import { expect, test } from 'vitest';
import { RateGate, parsePolicyRate, parseRateLimit, parseRetryAfter } from './rate-gate.ts';
import { HUB_TIMINGS } from './timings.ts';

function createGate(isAuthenticated = false): { gate: RateGate; advance(ms: number): void } {
  let now = 1_000_000;
  const gate = new RateGate({ isAuthenticated, timings: HUB_TIMINGS, clock: () => now, random: () => 0.5 });
  return { gate, advance: (ms) => void (now += ms) };
}

function headers(record: Record<string, string>): (name: string) => string | undefined {
  return (name) => record[name];
}

test('the headers as the Hub writes them (hub-docs rate-limits.md)', () => {
  expect(parseRateLimit('"resolvers";r=12;t=34')).toEqual({ quota: 'resolvers', remaining: 12, resetSeconds: 34 });
  expect(parseRateLimit('"api";r=0;t=7')).toEqual({ quota: 'api', remaining: 0, resetSeconds: 7 });
  expect(parseRateLimit('nonsense')).toBeUndefined();
  expect(parsePolicyRate('"fixed window";"resolvers";q=3000;w=300')).toBe(10);
  expect(parsePolicyRate('"fixed window";"resolvers";q=3000;w=0')).toBeUndefined();
  expect(parsePolicyRate(undefined)).toBeUndefined();
});

test('Retry-After in seconds or as a date', () => {
  expect(parseRetryAfter('3', 0)).toBe(3000);
  expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 4000)).toBe(6000);
  expect(parseRetryAfter('Thu, 01 Jan 1970 00:00:10 GMT', 20_000)).toBe(0);
  expect(parseRetryAfter('soon', 0)).toBeUndefined();
});

test('a burst of 100, then 8 resolver requests per second for nobody in particular', () => {
  const { gate, advance } = createGate();
  for (let request = 0; request < 100; request++) expect(gate.takeTurn('resolvers')).toBe(0);
  expect(gate.takeTurn('resolvers')).toBe(125);
  expect(gate.takeTurn('resolvers')).toBe(250);
  advance(1000);
  // 8 new turns, 2 already given away.
  for (let request = 0; request < 6; request++) expect(gate.takeTurn('resolvers')).toBe(0);
  expect(gate.takeTurn('resolvers')).toBe(125);
});

test('a token, and then the announced policy, change the pace; the classes are apart', () => {
  const { gate } = createGate(true);
  gate.observe('resolvers', headers({ 'ratelimit-policy': '"fixed window";"resolvers";q=5000;w=100' }));
  for (let request = 0; request < 100; request++) gate.takeTurn('resolvers');
  // 80 % of 50 per second.
  expect(gate.takeTurn('resolvers')).toBe(25);
  expect(gate.takeTurn('api')).toBe(0);
});

test('a 429 closes the gate for t + 1 s + jitter, for its class only', () => {
  const { gate, advance } = createGate();
  expect(gate.refuse('resolvers', headers({ ratelimit: '"resolvers";r=0;t=20' }))).toBe(20_000 + 1000 + 2500);
  expect(gate.closedForMs('api')).toBe(0);
  advance(23_500);
  expect(gate.closedForMs('resolvers')).toBe(0);
});

test('RateLimit with requests left is not the reason; Retry-After is', () => {
  const { gate } = createGate();
  expect(gate.refuse('api', headers({ ratelimit: '"api";r=5;t=200', 'retry-after': '2' }))).toBe(2000 + 3500);
});

test('answers of one window count once; the fourth window in a row asks the user', () => {
  const { gate, advance } = createGate();
  const refuse = (): number => gate.refuse('resolvers', headers({ 'retry-after': '1' }));
  for (let window = 0; window < 3; window++) {
    refuse();
    refuse();
    advance(10_000);
  }
  expect(refuse).toThrow(expect.objectContaining({ code: 'RATE_LIMITED', hint: expect.stringContaining('A token raises the limit.') }));
});

test('a success in between starts the counting anew', () => {
  const { gate, advance } = createGate();
  for (let window = 0; window < 10; window++) {
    gate.refuse('resolvers', headers({ 'retry-after': '1' }));
    advance(10_000);
    gate.observe('resolvers', headers({}));
  }
  expect(gate.closedForMs('resolvers')).toBe(0);
});

test('the last request of a window closes the gate before the next is refused', () => {
  const { gate } = createGate();
  gate.observe('api', headers({ ratelimit: '"api";r=0;t=9' }));
  expect(gate.closedForMs('api')).toBe(9000 + 3500);
});

test('waiting ends with the signal', async () => {
  const { gate } = createGate();
  gate.refuse('api', headers({ 'retry-after': '100' }));
  const abort = new AbortController();
  const waits: number[] = [];
  const entering = gate.enter('api', abort.signal, (ms) => waits.push(ms));
  abort.abort();
  await expect(entering).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(waits).toEqual([103_500]);
});
