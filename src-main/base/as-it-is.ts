import { constants } from 'node:fs';

/**
 * How a file of a cache is opened for reading, which may come from anybody: a link in its place is not followed (ELOOP), and
 * nobody waits at a pipe. Windows has neither flag.
 */
export const AS_IT_IS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
