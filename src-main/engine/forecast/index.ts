export { forecastOf } from './forecast-of.ts';
export { forecastRecord } from './forecast-record.ts';
export { JobRecorder } from './job-recorder.ts';
export { measurementKeys } from './measurement-keys.ts';
export { rememberMeasurement } from './remember-measurement.ts';
