import { expect, it } from 'vitest';
import { LarderError } from '../../base/index.ts';
import type { EngineContext } from '../context.ts';
import { rememberMeasurement } from './remember-measurement.ts';

function refusing(error: LarderError): EngineContext {
  const append = (): never => {
    throw error;
  };
  return { catalog: { measurements: { append } } } as unknown as EngineContext;
}

it('a full disk costs a measurement and not the job', () => {
  expect(() => rememberMeasurement(refusing(new LarderError('DISK_FULL', 'The disk is full.')), 'seconds', 1)).not.toThrow();
});

it('any other trouble of the catalog is told', () => {
  const damaged = new LarderError('CATALOG_DAMAGED', 'The catalog is damaged.');
  expect(() => rememberMeasurement(refusing(damaged), 'seconds', 1)).toThrow(damaged);
});
