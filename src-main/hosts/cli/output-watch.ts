import { setImmediate } from 'node:timers/promises';
import { EXIT } from '../../contract/errors.ts';
import { LarderError, errnoOf } from '../../base/index.ts';

export interface OutputWatch {
  /** What is done when nobody reads the results any more. */
  onClosed: () => void;
  /** Everything is written, or cannot be. @returns why, if not all of the results could be written to where they go */
  flushed(): Promise<LarderError | undefined>;
}

/**
 * What becomes of words that cannot be written. `larder ls | head` closes our pipe early, and that is no error; a file on a full
 * disk is one, and told at the end. Messages on the way are not what a command is for: it goes on without them.
 */
export function watchOutput({ stdout, stderr }: Pick<NodeJS.Process, 'stdout' | 'stderr'>): OutputWatch {
  let trouble: LarderError | undefined;
  let isClosed = false;
  const watch: OutputWatch = {
    onClosed: () => process.exit(EXIT.ok),
    async flushed() {
      // A reader that is slower than us gets the last line whole.
      if (!isClosed) await new Promise<void>((resolve) => stdout.write('', () => resolve()));
      await setImmediate();
      return trouble;
    },
  };
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') trouble ??= unwritten(error);
    else if (!isClosed) {
      isClosed = true;
      watch.onClosed();
    }
  });
  stderr.on('error', () => undefined);
  return watch;
}

function unwritten(error: NodeJS.ErrnoException): LarderError {
  const errno = errnoOf(error);
  const isFull = errno === 'ENOSPC' || errno === 'EDQUOT';
  return new LarderError(isFull ? 'DISK_FULL' : 'IO_FAILED', `The results could not all be written to standard output: ${isFull ? 'the disk it leads to has no room' : (errno ?? error.message)}.`, {
    hint: 'Free some space there, or let it lead elsewhere, and run the same command again.',
    cause: error,
  });
}
