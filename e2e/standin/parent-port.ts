import { EventEmitter } from 'node:events';

/**
 * Loaded into the stand-in's utility processes before anything else: Electron gives them
 * `process.parentPort`, and none of what `child_process` would give them.
 */
const send = process.send!.bind(process);
Reflect.deleteProperty(process, 'send');

class ParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    send(message);
  }
}
const parentPort = new ParentPort();
// Messages wait for the first listener. This listener also keeps the process from ending when idle.
parentPort.on('newListener', (event) => {
  if (event === 'message' && parentPort.listenerCount('message') === 0) process.on('message', (data) => setImmediate(() => parentPort.emit('message', { data, ports: [] })));
});
process.on('disconnect', () => process.exit(0));
Object.defineProperty(process, 'parentPort', { value: parentPort });
