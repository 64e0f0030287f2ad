import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { exitCause } from './exit-cause.ts';
import { giveWay } from './give-way.ts';
import type { FromWorker, WorkerExit, WorkerHandle, WorkerHost } from './protocol.ts';

const TAIL_BYTES = 16 * 1024;

/** Out-of-memory kills of this cgroup so far; 0 where there is no such count. */
function oomKills(): number {
  try {
    return Number(/oom_kill (\d+)/.exec(readFileSync('/sys/fs/cgroup/memory.events', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/**
 * Workers as plain Node processes.
 *
 * @param entry absolute path of the worker's entry file
 */
export function createNodeWorkerHost(entry: string, environment: Readonly<Record<string, string | undefined>>): WorkerHost {
  return {
    spawn({ heapMegabytes, environment: own, urgency = 'now' }) {
      const oomBefore = oomKills();
      const child = fork(entry, [], {
        execArgv: [`--max-old-space-size=${heapMegabytes}`],
        env: { ...workerEnvironment(environment), ...own },
        serialization: 'advanced',
        stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      });
      giveWay(child.pid, urgency);
      let tail = '';
      const keep = (chunk: Buffer): void => {
        tail = (tail + chunk.toString('utf8')).slice(-TAIL_BYTES);
      };
      child.stdout?.on('data', keep);
      child.stderr?.on('data', keep);
      let wasRequested = false;
      let saidBye = false;
      child.on('message', (message: FromWorker) => {
        if (message.type === 'bye') saidBye = true;
      });
      return {
        pid: child.pid,
        post(message) {
          if (message.type === 'shutdown') wasRequested = true;
          if (child.connected) child.send(message, () => undefined);
        },
        onMessage(listener) {
          child.on('message', (message: FromWorker) => listener(message));
        },
        onExit(listener) {
          let isTold = false;
          const tell = (code: number | null, signal: string | null): void => {
            if (isTold) return;
            isTold = true;
            const cause = exitCause({ code, signal, wasRequested, saidBye, tail, oomKills: oomKills() - oomBefore });
            listener({ code, signal, cause, tail } satisfies WorkerExit);
          };
          child.on('close', tell);
          child.on('error', (error) => {
            tail += error.message;
            tell(null, null);
          });
        },
        kill() {
          wasRequested = true;
          child.kill('SIGKILL');
        },
      } satisfies WorkerHandle;
    },
  };
}

/** Workers get what Node and the locale need, and none of the user's secrets. */
const PASSED_ON = /^(PATH|HOME|TMPDIR|TEMP|TMP|TZ|LANG|LC_.*|NODE_.*|UV_.*|MALLOC_.*|SystemRoot|LARDER_.*)$/;

export function workerEnvironment(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && PASSED_ON.test(name)) passed[name] = value;
  }
  return passed;
}
