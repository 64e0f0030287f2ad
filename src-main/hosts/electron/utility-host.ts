import type Electron from 'electron';
import type { ExitCause, FromWorker, WorkerHandle, WorkerHost } from '../../workers/index.ts';
import { exitCause, giveWay, workerEnvironment } from '../../workers/index.ts';
import type { AppPart, UtilityProcessPart } from './electron-parts.ts';

export interface UtilityHostOptions {
  readonly utilityProcess: UtilityProcessPart;
  readonly app: Pick<AppPart, 'on'>;
  /** Absolute path of the worker's entry file. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

type GoneReason = Electron.Details['reason'];

const TAIL_CHARACTERS = 16 * 1024;
/** Exit code of a Chromium process on Windows that ran out of memory. */
const WINDOWS_OUT_OF_MEMORY = 0xe0000008;

/** Workers as Electron's utility processes: the same worker file, the same messages as in plain Node. */
export function createUtilityWorkerHost({ utilityProcess, app, entry, environment }: UtilityHostOptions): WorkerHost {
  const reasons = new Map<string, GoneReason>();
  app.on('child-process-gone', (_event, details) => {
    if (details.name !== undefined) reasons.set(details.name, details.reason);
  });
  let count = 0;
  return {
    isBehindWindow: true,
    spawn({ name, heapMegabytes, environment: own, urgency = 'now' }) {
      const serviceName = `${name}-${++count}`;
      const child = utilityProcess.fork(entry, [], { serviceName, execArgv: [`--js-flags=--max-old-space-size=${heapMegabytes}`], env: { ...workerEnvironment(environment), ...own }, stdio: 'pipe' });
      // Electron knows the number of a process only once it runs.
      child.once('spawn', () => giveWay(child.pid, urgency));
      return handleOf(child, () => {
        const reason = reasons.get(serviceName);
        reasons.delete(serviceName);
        return reason;
      });
    },
  };
}

function handleOf(child: Electron.UtilityProcess, takeReason: () => GoneReason | undefined): WorkerHandle {
  let tail = '';
  let wasRequested = false;
  let saidBye = false;
  let hasExited = false;
  const keep = (chunk: Buffer): void => {
    tail = (tail + chunk.toString('utf8')).slice(-TAIL_CHARACTERS);
  };
  child.stdout?.on('data', keep);
  child.stderr?.on('data', keep);
  child.on('message', (message: FromWorker) => {
    if (message.type === 'bye') saidBye = true;
  });
  child.once('exit', () => (hasExited = true));
  let cause: ExitCause | undefined;
  return {
    get pid() {
      return child.pid;
    },
    post(message) {
      if (message.type === 'shutdown') wasRequested = true;
      if (!hasExited) child.postMessage(message);
    },
    onMessage: (listener) => child.on('message', (message: FromWorker) => listener(message)),
    onExit(listener) {
      child.once('exit', (code) => {
        // The reason is told by the app, before or after; and posting inside `exit` once crashed Electron.
        setImmediate(() => {
          cause ??= causeOf({ code, wasRequested, saidBye, tail }, takeReason());
          listener({ code, signal: null, cause, tail });
        });
      });
    },
    kill() {
      wasRequested = true;
      child.kill();
    },
  };
}

/** Utility processes have exit codes but no signals; the reason Chromium gives stands in for them. */
function causeOf(facts: { code: number; wasRequested: boolean; saidBye: boolean; tail: string }, reason: GoneReason | undefined): ExitCause {
  if (!facts.wasRequested && (reason === 'oom' || facts.code === WINDOWS_OUT_OF_MEMORY)) return 'oom';
  const signal = reason === 'killed' ? 'SIGKILL' : reason === 'crashed' ? 'SIGABRT' : null;
  return exitCause({ ...facts, signal, oomKills: 0 });
}
