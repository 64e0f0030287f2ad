// A worker that does what a test tells it: speaks the protocol of ../protocol.ts.
import { readFileSync } from 'node:fs';
import { keepToOwnCore } from '../own-core.ts';

keepToOwnCore();
process.on('message', (message) => {
  if (message.type === 'shutdown') return process.send({ type: 'bye' });
  if (message.type === 'byeAck') return process.exit(0);
  if (message.type === 'ping') return process.send({ type: 'pong', peakRssBytes: 1 });
  if (message.type !== 'run') return undefined;
  const { id, task, payload } = message;
  const done = (result) => process.send({ type: 'done', id, result, peakRssBytes: 12_345 });
  switch (task) {
    case 'echo':
      return done(payload);
    case 'cores':
      return done(/^Cpus_allowed_list:\s*(\S+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
    case 'pid':
      return done(process.pid);
    case 'parts':
      process.send({ type: 'partial', id, value: 'a' });
      process.send({ type: 'progress', id, done: 1, total: 2 });
      return done('b');
    case 'fail':
      return process.send({ type: 'failed', id, error: { code: 'NIFTI_INVALID', message: 'broken', hint: 'mend it', details: { offset: 7 } } });
    case 'kill':
      return process.kill(process.pid, 'SIGKILL');
    case 'exit':
      process.stderr.write('FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n');
      return setTimeout(() => process.exit(5), 20);
    case 'hang':
      for (;;);
    case 'slow':
      return setTimeout(() => done('slow'), payload);
    default:
      return undefined;
  }
});
process.on('disconnect', () => process.exit(0));
process.send({ type: 'ready' });
