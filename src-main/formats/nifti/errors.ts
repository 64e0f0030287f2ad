import { LarderError } from '../../base/index.ts';

const REPLACE = 'Download or copy the file again; if it stays the same, its source is damaged.';

/**
 * The bytes are not a readable NIfTI file. Messages carry no file name: whoever read the bytes adds it.
 *
 * @param reason stable word for programs, in `details.reason`
 */
export function invalidNifti(reason: string, message: string, details: Readonly<Record<string, unknown>> = {}): LarderError {
  return new LarderError('NIFTI_INVALID', message, { hint: REPLACE, details: { reason, ...details } });
}

/** A proper NIfTI file of a sort that the pipeline cannot process. */
export function unsupportedNifti(reason: string, message: string, hint: string, details: Readonly<Record<string, unknown>> = {}): LarderError {
  return new LarderError('NIFTI_UNSUPPORTED', message, { hint, details: { reason, ...details } });
}
