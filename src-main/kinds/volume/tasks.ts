import type { Finding } from '../../contract/findings.ts';
import { FINDINGS } from '../../contract/findings.ts';
import { LarderError, errnoOf, fileError, isLarderError, throwIfAborted } from '../../base/index.ts';
import type { KindTasks, PreprocessOutcome, TaskContext, VerifyLevel, VerifyOutcome, VerifyRequestFile } from '../kind.ts';
import type { VolumeFormat, VolumeParameters } from './contract.ts';
import { encodeVolumeEntry, inspectVolumeEntry, verifyVolumeEntry } from './entry-file.ts';
import type { VolumeExpectation, VolumeVerdict } from './entry-file.ts';
import { openFileSource } from './file-source.ts';
import type { VolumeInspectPayload } from './inspect.ts';
import { asStatistics, inspect } from './inspect.ts';
import { preprocessVolume } from './preprocess.ts';
import type { VolumePreviewPayload } from './preview.ts';
import { drawNifti, drawReduced, drawSlices, drawThumbnail } from './preview.ts';
import type { VolumeRawPayload } from './preview-raw.ts';
import { drawRaw } from './preview-raw.ts';
import { REDUCED_SIDE } from './preview-reduce.ts';
import { readBackError, writeEntryFile } from './write-entry.ts';

export type { VolumeInspectPayload, VolumePreviewPayload, VolumeRawPayload };

/** What a worker is told to make. */
export interface VolumePreprocessPayload {
  readonly key: string;
  readonly name: string;
  readonly rawPath: string;
  /** Path in the config's terms; stored as `filename_or_obj`, and its ending decides about gunzip. */
  readonly localPath: string;
  readonly stagedPath: string;
  readonly format: VolumeFormat;
  readonly parameters: VolumeParameters;
}

export interface VolumeVerifyPayload {
  readonly files: readonly VerifyRequestFile[];
  readonly level: VerifyLevel;
  readonly expected: VolumeExpectation;
}

/**
 * Errors of the arithmetic and the format do not know the file; they get its name here. The path of
 * a download would say nothing: it is named by its content and gone when the message is read.
 */
function aboutVolume(error: unknown, name: string, path: string, isLocal: boolean): unknown {
  if (!isLarderError(error)) return fileError(error, path, `reading ${name} from`);
  if (error.code === 'CANCELLED' || error.message.includes(name)) return error;
  // The reader of the file may have put its path in front already; once is enough.
  const what = error.message.startsWith(`${path}: `) ? error.message.slice(path.length + 2) : error.message;
  return new LarderError(error.code, isLocal ? `${name}: ${what} (${path})` : `${name}: ${what}`, { ...(error.hint === undefined ? {} : { hint: error.hint }), details: { ...error.details, path, name }, cause: error.cause });
}

async function preprocess(payload: VolumePreprocessPayload, context: TaskContext): Promise<PreprocessOutcome> {
  const startedAt = performance.now();
  const { name, key, rawPath, localPath, stagedPath, format, parameters } = payload;
  try {
    const volume = await preprocessVolume({ path: rawPath, isGzip: localPath.endsWith('.gz') }, parameters, { signal: context.signal, onProgress: (done, total) => context.progress(done, total) });
    throwIfAborted(context.signal);
    const encoded = encodeVolumeEntry(volume, { format, prefix: key, filenameOrObj: localPath });
    const digest = await writeEntryFile(stagedPath, encoded.chunks, context.signal);
    const modifiedAtMs = readBack(stagedPath, { shape: volume.shape, dtype: volume.dtype, prefix: key }, encoded.size);
    const warnings = [...volume.warnings];
    if (volume.sourceNonFiniteCount > 0) warnings.push(`the source holds ${volume.sourceNonFiniteCount} non-finite voxels; around them the result may differ from MONAI's`);
    return {
      sizeBytes: encoded.size,
      modifiedAtMs,
      digest,
      shape: volume.shape,
      dtype: volume.dtype,
      statistics: asStatistics(volume.statistics),
      seconds: (performance.now() - startedAt) / 1000,
      warnings,
    };
  } catch (error) {
    throw aboutVolume(error, name, rawPath, rawPath === localPath);
  }
}

/** Reads the staged file as every later reader will, before it gets its final name. @returns its modification time, ms */
function readBack(path: string, expected: VolumeExpectation, size: number): number {
  const source = openFileSource(path);
  try {
    if (source.size !== size) throw readBackError(path, `${source.size} bytes instead of ${size}.`);
    const verdict = verifyVolumeEntry(source, expected, 'deep');
    const error = verdict.findings.find((finding) => finding.severity === 'error');
    if (error !== undefined) throw readBackError(path, error.message);
    return Number(source.modifiedNs) / 1e6;
  } finally {
    source.close();
  }
}

async function verify(payload: VolumeVerifyPayload, context: TaskContext): Promise<null> {
  for (const [at, request] of payload.files.entries()) {
    // Checking is synchronous; this lets a cancel message in between two files.
    await new Promise((resolve) => setImmediate(resolve));
    throwIfAborted(context.signal);
    context.partial(verifyFile(request, payload));
    context.progress(at + 1, payload.files.length);
  }
  return null;
}

function verifyFile(request: VerifyRequestFile, payload: VolumeVerifyPayload): VerifyOutcome {
  try {
    let checked = checkOnce(request, payload);
    // A mismatch is read again before the disk is blamed: memory and cables err too.
    if (!checked.verdict.ok) checked = checkOnce(request, payload);
    return toOutcome(request, checked);
  } catch (error) {
    if (isLarderError(error, 'CANCELLED')) throw error;
    return unreadable(request, error);
  }
}

interface Checked {
  readonly verdict: VolumeVerdict;
  readonly sizeBytes: number;
  readonly modifiedNs: bigint;
}

function checkOnce(request: VerifyRequestFile, payload: VolumeVerifyPayload): Checked {
  const source = openFileSource(request.path);
  try {
    const verdict = verifyVolumeEntry(source, { ...payload.expected, prefix: request.key }, payload.level);
    return { verdict, sizeBytes: source.size, modifiedNs: source.modifiedNs };
  } finally {
    source.close();
  }
}

function toOutcome(request: VerifyRequestFile, { verdict, sizeBytes, modifiedNs }: Checked): VerifyOutcome {
  const facts = verdict.ok ? inspectVolumeEntry(verdict.report) : undefined;
  return {
    file: request.file,
    isSound: verdict.ok,
    findings: verdict.findings.map((finding) => ({ ...finding, key: request.key, file: request.file, ...(request.name === null ? {} : { name: request.name }) })),
    sizeBytes,
    modifiedNs: modifiedNs.toString(),
    digest: null,
    shape: facts?.shape ?? null,
    dtype: facts?.dtype ?? null,
    statistics: verdict.report.statistics === undefined ? null : asStatistics(verdict.report.statistics),
    sourcePath: facts?.filenameOrObj ?? null,
  };
}

function unreadable(request: VerifyRequestFile, error: unknown): VerifyOutcome {
  const errno = errnoOf(error);
  const why = errno === 'EACCES' || errno === 'EPERM' ? 'no permission to read it' : error instanceof Error ? error.message : String(error);
  const finding: Finding = { code: 'unreadable', severity: FINDINGS.unreadable.severity, key: request.key, file: request.file, message: `${request.file} could not be read: ${why}.`, ...(request.name === null ? {} : { name: request.name }) };
  return { file: request.file, isSound: false, findings: [finding], sizeBytes: 0, modifiedNs: '0', digest: null, shape: null, dtype: null, statistics: null, sourcePath: null };
}

export const volumeTasks: KindTasks = {
  preprocess: (payload, context) => preprocess(payload as VolumePreprocessPayload, context),
  verify: (payload, context) => verify(payload as VolumeVerifyPayload, context),
  inspect: (payload) => inspect(payload as VolumeInspectPayload),
  nifti: (payload) => drawNifti(payload as VolumePreviewPayload),
  reduced: (payload) => drawReduced(payload as VolumePreviewPayload),
  raw: (payload, context) => drawRaw(payload as VolumeRawPayload, context.signal),
  'raw-reduced': (payload, context) => drawRaw(payload as VolumeRawPayload, context.signal, REDUCED_SIDE),
  thumbnail: (payload) => drawThumbnail(payload as VolumePreviewPayload),
  slices: (payload) => drawSlices(payload as VolumePreviewPayload),
};
