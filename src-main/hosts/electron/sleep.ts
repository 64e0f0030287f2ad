import type { Engine } from '../../engine/index.ts';
import type { PowerMonitorPart } from './electron-parts.ts';

export interface SleepOptions {
  readonly powerMonitor: PowerMonitorPart;
  readonly engine: Pick<Engine, 'wake'>;
  readonly log: (line: string) => void;
}

/**
 * A lid may be closed over a job: the system is only asked not to fall asleep by itself. The engine would notice
 * by its clock that nothing ran; told by the system, it goes on at once.
 */
export function followSleep({ powerMonitor, engine, log }: SleepOptions): void {
  powerMonitor.on('suspend', () => log(`${new Date().toISOString()} The computer goes to sleep.`));
  powerMonitor.on('resume', () => {
    log(`${new Date().toISOString()} The computer has woken up.`);
    engine.wake();
  });
}
