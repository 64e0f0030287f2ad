import { isLarderError } from '../../base/index.ts';
import type { EngineContext } from '../context.ts';

/** Keeps what a job took, for forecasts of later ones. A full disk costs the measurement, never the job: it has done what was asked. */
export function rememberMeasurement(context: EngineContext, key: string, value: number): void {
  try {
    context.catalog.measurements.append(key, value, Date.now());
  } catch (error) {
    if (!isLarderError(error, 'DISK_FULL')) throw error;
  }
}
