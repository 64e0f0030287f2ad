/** The thread that starts worker processes and passes on what is said to and by them; started by `createStarterHost`. */
import { parentPort, workerData } from 'node:worker_threads';
import { createNodeWorkerHost } from './node-host.ts';
import type { WorkerHandle } from './protocol.ts';
import type { FromStarter, StarterData, ToStarter } from './starter-messages.ts';

if (parentPort === null) throw new Error('This file is a thread of Larder and is started by it.');
const port = parentPort;
const { entry, environment } = workerData as StarterData;
const host = createNodeWorkerHost(entry, environment);
const handles = new Map<number, WorkerHandle>();

function tell(message: FromStarter): void {
  port.postMessage(message);
}

function spawn({ worker, options }: Extract<ToStarter, { type: 'spawn' }>): void {
  const handle = host.spawn(options);
  handles.set(worker, handle);
  tell({ type: 'spawned', worker, pid: handle.pid });
  handle.onMessage((message) => tell({ type: 'message', worker, message }));
  handle.onExit((exit) => {
    handles.delete(worker);
    tell({ type: 'exit', worker, exit });
  });
}

port.on('message', (message: ToStarter) => {
  switch (message.type) {
    case 'spawn':
      spawn(message);
      break;
    case 'post':
      handles.get(message.worker)?.post(message.message);
      break;
    case 'kill':
      handles.get(message.worker)?.kill();
      break;
    default:
      message satisfies never;
  }
});
