import { it } from 'vitest';
import { KILLS, killAtRandom } from './kill-at-random.ts';

// Two files, so that two workers share them.
const HALF = Math.ceil(KILLS / 2);

it(`loses nothing and leaves nothing half-done when it is killed at ${HALF} random moments`, { timeout: 1_800_000 }, () => killAtRandom(HALF, 0));
