import { bytesSource, verifyTorchFile } from '../../../src-main/formats/torch/index.ts';
import { greyPixels, readPng } from '../../../src-main/formats/png/index.ts';

/** What the files of a cache are, as far as a checker must know. */
export interface CacheForm {
  /** Folders in which entries have their final names; empty is the cache itself. */
  readonly folders: readonly string[];
  /** A file that lists all entries; undefined where there is none. */
  readonly index?: string;
  /** True for the name of an entry's file, whatever its folder. */
  isEntry(name: string): boolean;
  /** Path in the cache of a file that lies in quarantine under this name. */
  pathOf(name: string): string;
  /** What is wrong with an entry's file by itself. */
  problemOf(bytes: Buffer, file: string): string | undefined;
  /** Bytes to compare: without what differs from run to run by design. */
  comparable(bytes: Buffer, file: string): Buffer;
}

export const VOLUME_FORM: CacheForm = {
  folders: [''],
  isEntry: (name) => /^[0-9a-f]{32}\.pt$/.test(name),
  pathOf: (name) => name,
  problemOf(bytes) {
    const report = verifyTorchFile(bytesSource(bytes), { level: 'deep' });
    return report.ok && report.warnings.length === 0 ? undefined : (report.error?.code ?? report.warnings[0]?.code);
  },
  comparable: (bytes) => bytes,
};

const METADATA_FIELDS = ['text', 'font_path', 'image_height', 'image_width', 'cache_key', 'created_at'] as const;

function fieldsOf(bytes: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** A picture and its metadata under the same key, in two folders. */
export const IMAGE_FORM: CacheForm = {
  folders: ['images', 'metadata'],
  index: 'cache_index.json',
  isEntry: (name) => /^[0-9a-f]{32}\.(?:png|json)$/.test(name),
  pathOf: (name) => `${name.endsWith('.png') ? 'images' : 'metadata'}/${name}`,
  problemOf(bytes, file) {
    if (file.endsWith('.png')) {
      const { header, problems, content } = readPng(bytes);
      const isPicture = header !== undefined && content !== undefined && greyPixels(header, content) !== undefined;
      return isPicture ? problems[0]?.message : 'it shows no picture';
    }
    const fields = fieldsOf(bytes);
    const missing = METADATA_FIELDS.find((name) => fields?.[name] === undefined);
    return missing === undefined ? undefined : `it says no ${missing}`;
  },
  /** Metadata tell when they were written. */
  comparable(bytes, file) {
    const fields = file.endsWith('.json') ? fieldsOf(bytes) : undefined;
    return fields === undefined ? bytes : Buffer.from(JSON.stringify({ ...fields, created_at: '' }));
  },
};
